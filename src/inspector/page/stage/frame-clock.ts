/** Without a hand on the page half the frames are enough. */
const CALM_MS = 31;
const HAND_MS = 2_000;

/** What was counted in the last two seconds, per second. */
export interface FrameFacts {
  /** Frames of the screen. */
  readonly frames: number;
  /** Pictures drawn. */
  readonly drawn: number;
  /** The slowest drawing. */
  readonly slowestMs: number;
}

/** Calls back before frames of the screen, as long as the page can be seen. */
export class FrameClock {
  readonly #draw: (time: number) => boolean;
  #handAt = -Infinity;
  #drawnAt = -Infinity;
  #frames: { readonly at: number; readonly ms: number | null }[] = [];

  /** `draw` says whether there was something to draw. */
  constructor(draw: (time: number) => boolean) {
    this.#draw = draw;
    requestAnimationFrame(this.#tick);
  }

  /** Somebody moves something: every frame counts for a while. */
  touch(): void {
    this.#handAt = performance.now();
  }

  get facts(): FrameFacts {
    const from = performance.now() - 2_000;
    const frames = this.#frames.filter(({ at }) => at >= from);
    const drawn = frames.flatMap(({ ms }) => ms ?? []);
    const slowestMs = Math.max(0, ...drawn);
    return { frames: frames.length / 2, drawn: drawn.length / 2, slowestMs };
  }

  readonly #tick = (at: number): void => {
    requestAnimationFrame(this.#tick);
    const now = performance.now();
    const isDue = now - this.#handAt <= HAND_MS || at - this.#drawnAt >= CALM_MS;
    const isDrawn = isDue && !document.hidden && this.#draw(at);
    if (isDrawn) this.#drawnAt = at;
    this.#frames.push({ at, ms: isDrawn ? performance.now() - now : null });
    if (this.#frames.length > 300) this.#frames = this.#frames.slice(150);
  };
}
