/** How many lines of one kind there may be. */
export interface RepeatLimits {
  readonly windowMs: number;
  /** Lines of a kind in a window, until there were more. */
  readonly most: number;
}

const DEFAULTS: RepeatLimits = { windowMs: 2_000, most: 20 };
const MAX_KINDS = 500;

/** What was not told, since somebody asked last. */
export interface Untold {
  readonly kind: string;
  readonly count: number;
}

interface Window {
  since: number;
  count: number;
  /** The window before had too many: then one stands for all. */
  wasFull: boolean;
}

/**
 * Lets so many lines of a kind through, and counts the others: ten files at once are ten lines, and
 * a thousand events per second are one now and then. Has no timers: it is told the time.
 */
export class Repeats {
  readonly #limits: RepeatLimits;
  readonly #windows = new Map<string, Window>();

  constructor(limits: Partial<RepeatLimits> = {}) {
    this.#limits = { ...DEFAULTS, ...limits };
  }

  isTold(kind: string, now: number): boolean {
    let window = this.#windows.get(kind);
    if (!window) {
      if (this.#windows.size >= MAX_KINDS) return true;
      window = { since: now, count: 0, wasFull: false };
      this.#windows.set(kind, window);
    }
    window.count++;
    return window.count <= this.#mostOf(window);
  }

  /** The windows that are over; `Infinity`: all, and everything begins anew. */
  take(now: number): Untold[] {
    const untold: Untold[] = [];
    for (const [kind, window] of this.#windows) {
      if (now - window.since < this.#limits.windowMs) continue;
      const count = window.count - this.#mostOf(window);
      if (count > 0) untold.push({ kind, count });
      if (count > 0 && now < Infinity)
        this.#windows.set(kind, { since: now, count: 0, wasFull: true });
      else this.#windows.delete(kind);
    }
    return untold;
  }

  #mostOf({ wasFull }: Window): number {
    return wasFull ? 1 : this.#limits.most;
  }
}
