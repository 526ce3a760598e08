/** Pixels: 20 buckets of 12. */
export const TILE = 240;
/** Those that are kept: a window on a wide screen takes eight. */
const KEPT = 40;
/** So far may what is drawn in one tile reach into the next one. */
const REACH = 30;

interface Tile {
  readonly canvas: HTMLCanvasElement;
  isDirty: boolean;
}

/** Draws what lies in a tile whose left edge is `left` pixels of the world. */
export type PaintTile = (context: CanvasRenderingContext2D, left: number) => void;

/**
 * What was is drawn once, on pieces of 240 pixels beside the screen, and then only moved. They are
 * kept by their place in the world; another scale, size or theme makes all of them new.
 */
export class Tiles {
  readonly #tiles = new Map<number, Tile>();
  #height = 0;
  #ratio = 1;

  /** Says how high they are and how many pixels of the device a pixel has. */
  resize(height: number, ratio: number): void {
    if (height === this.#height && ratio === this.#ratio) return;
    this.#height = height;
    this.#ratio = ratio;
    this.clear();
  }

  clear(): void {
    this.#tiles.clear();
  }

  allDirty(): void {
    for (const tile of this.#tiles.values()) tile.isDirty = true;
  }

  /** Something was drawn, or has to be, from one world pixel to another. */
  dirty(from: number, to = from): void {
    const first = Math.floor((from - REACH) / TILE);
    const last = Math.floor((to + REACH) / TILE);
    // What lasts long may reach over more tiles than there are.
    if (last - first > KEPT) {
      this.allDirty();
      return;
    }
    for (let index = first; index <= last; index++) {
      const tile = this.#tiles.get(index);
      if (tile) tile.isDirty = true;
    }
  }

  /** Puts what lies between world pixels onto the screen, where `left` is its left edge. */
  blit(
    screen: CanvasRenderingContext2D,
    left: number,
    width: number,
    from: { readonly y: number; readonly top: number; readonly height: number },
    paint: PaintTile,
  ): void {
    const ratio = this.#ratio;
    const last = Math.floor((left + width) / TILE);
    for (let index = Math.floor(left / TILE); index <= last; index++) {
      const { canvas } = this.#drawn(index, paint);
      // On whole pixels of the device, or everything would be smeared.
      const x = Math.round((index * TILE - left) * ratio) / ratio;
      const height = Math.min(from.height, this.#height - from.top);
      if (height <= 0 || canvas.height === 0) continue;
      const source = [
        0,
        Math.round(from.top * ratio),
        canvas.width,
        Math.round(height * ratio),
      ] as const;
      screen.drawImage(canvas, ...source, x, from.y, TILE, height);
    }
  }

  #drawn(index: number, paint: PaintTile): Tile {
    const known = this.#tiles.get(index);
    const tile = known ?? { canvas: this.#newCanvas(), isDirty: true };
    // The one used last is the last to go.
    if (known) this.#tiles.delete(index);
    this.#tiles.set(index, tile);
    if (this.#tiles.size > KEPT) {
      const [oldest] = this.#tiles.keys();
      if (oldest !== undefined) this.#tiles.delete(oldest);
    }
    if (!tile.isDirty) return tile;
    tile.isDirty = false;
    const context = tile.canvas.getContext('2d');
    if (context === null) return tile;
    context.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
    context.clearRect(0, 0, TILE, this.#height);
    paint(context, index * TILE);
    return tile;
  }

  #newCanvas(): HTMLCanvasElement {
    const canvas = document.createElement('canvas');
    canvas.width = TILE * this.#ratio;
    canvas.height = Math.ceil(this.#height * this.#ratio);
    return canvas;
  }
}
