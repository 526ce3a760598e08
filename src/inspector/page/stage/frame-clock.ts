/** Without a hand on the page half the frames are enough. */
const CALM_MS = 31;
const HAND_MS = 2_000;

/** Calls back before frames of the screen, as long as the page can be seen. */
export class FrameClock {
  /** Pictures drawn so far. */
  drawn = 0;
  readonly #draw: (time: number) => boolean;
  #handAt = -Infinity;
  #drawnAt = -Infinity;

  /** `draw` says whether there was something to draw. */
  constructor(draw: (time: number) => boolean) {
    this.#draw = draw;
    requestAnimationFrame(this.#tick);
  }

  /** Somebody moves something: every frame counts for a while. */
  touch(): void {
    this.#handAt = performance.now();
  }

  readonly #tick = (at: number): void => {
    requestAnimationFrame(this.#tick);
    const isDue = performance.now() - this.#handAt <= HAND_MS || at - this.#drawnAt >= CALM_MS;
    if (!isDue || document.hidden || !this.#draw(at)) return;
    this.#drawnAt = at;
    this.drawn += 1;
  };
}
