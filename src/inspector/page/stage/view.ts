import { effect } from '../signals.js';
import type { App } from '../app.js';
import { LONGEST_SPAN, SHORTEST_SPAN } from '../url.js';

/** The view runs behind, so that nothing pops up in what was seen already. */
const BEHIND_MS = 260;
/** Pixels right of now, for what is due. */
const FUTURE = 26;

/** Which time is where. Pixels of the world are milliseconds since the epoch by `msPerPx`. */
export class View {
  width = 1;
  /** What time it is where the rows come from, as far as it is shown. As of the last `tick`. */
  now = 0;
  readonly #app: App;
  /** By how much this clock is ahead of the hub's. */
  #ahead: number | null = null;
  #lastAt = 0;

  constructor(app: App) {
    this.#app = app;
    effect(() => {
      const at = Math.max(app.stat.value?.at ?? 0, app.hello.value?.at ?? 0);
      if (at > 0 && at !== this.#lastAt) this.#hear(at);
    });
  }

  /** A frame begins: within it time stands still. */
  tick(): void {
    const { connection, store } = this.#app;
    const isLive = /^(live|connecting)$/.test(connection.peek());
    if (this.#ahead === null) this.now = store.newest;
    else this.now = (isLive ? clock() - this.#ahead : this.#lastAt) - BEHIND_MS;
  }

  /** Milliseconds that are shown. */
  get span(): number {
    return this.#app.spanMs.peek();
  }

  get msPerPx(): number {
    return this.span / this.width;
  }

  /** The right edge. */
  get right(): number {
    return this.#app.heldAt.peek() ?? this.now + FUTURE * this.msPerPx;
  }

  get left(): number {
    return this.right - this.span;
  }

  x(at: number): number {
    return (at - this.left) / this.msPerPx;
  }

  time(x: number): number {
    return this.left + x * this.msPerPx;
  }

  hold(right = this.right): void {
    this.#app.heldAt.value = Math.min(right, this.now + this.span * 0.9);
  }

  live(): void {
    this.#app.heldAt.value = null;
  }

  /** Shows another span; what is at `x` stays there, unless the view is live. */
  zoom(factor: number, x: number): void {
    const at = this.time(x);
    const isLive = this.#app.heldAt.peek() === null && x >= this.width * 0.9;
    const span = this.#spanOf(this.span * factor);
    if (!isLive) this.hold(at + span * (1 - x / this.width));
  }

  /** Shows this stretch with room around it, held. */
  show(from: number, to: number): void {
    this.#app.heldAt.value = (from + to + this.#spanOf((to - from) * 1.6)) / 2;
  }

  /** Takes another span, within bounds. */
  #spanOf(ms: number): number {
    return (this.#app.spanMs.value = Math.min(LONGEST_SPAN, Math.max(SHORTEST_SPAN, ms)));
  }

  /** The message that took the shortest way says best what time it is there. */
  #hear(at: number): void {
    const ahead = clock() - at;
    const isOther = this.#ahead === null || Math.abs(ahead - this.#ahead) > 2_000;
    // Clocks drift: an old shortest way counts a little less each time.
    this.#ahead = isOther ? ahead : Math.min(ahead, (this.#ahead ?? ahead) + 0.5);
    this.#lastAt = at;
  }
}

function clock(): number {
  return performance.timeOrigin + performance.now();
}
