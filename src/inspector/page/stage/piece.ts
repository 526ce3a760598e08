/** A piece of the world that is painted: a tile. */
export interface Piece {
  readonly context: CanvasRenderingContext2D;
  /** World pixels of the left edge. */
  readonly left: number;
  readonly msPerPx: number;
  /** Milliseconds since the epoch of its edges. */
  readonly from: number;
  readonly to: number;
}

/** Where a moment lies in a piece. */
export function xIn({ from, msPerPx }: Piece, at: number): number {
  return (at - from) / msPerPx;
}
