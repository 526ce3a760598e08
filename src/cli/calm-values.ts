/** How values are folded into lines. */
export interface CalmLimits {
  /** Milliseconds that the first values of an owner are gathered. */
  readonly gatherMs: number;
  /** Milliseconds between two lines of one owner. */
  readonly everyMs: number;
  /** Values in one line; what is beyond is counted. */
  readonly maxValues: number;
}

const DEFAULTS: CalmLimits = { gatherMs: 1_300, everyMs: 10_000, maxValues: 12 };
const MAX_OWNERS = 200;

/** What an owner has to say now. */
export interface CalmLine {
  readonly owner: string;
  readonly values: readonly string[];
  readonly hidden: number;
}

interface Owner {
  dueAt: number;
  /** By entity: what has changed since the last line. */
  readonly changed: Map<string, string>;
  /** By entity: what stood in a line last. */
  readonly told: Map<string, string>;
}

/**
 * Folds what is only measured into a line per owner now and then, with what has changed in it.
 * Has no timers: it is told the time.
 */
export class CalmValues {
  readonly #limits: CalmLimits;
  readonly #owners = new Map<string, Owner>();

  constructor(limits: Partial<CalmLimits> = {}) {
    this.#limits = { ...DEFAULTS, ...limits };
  }

  add(owner: string, entityId: string, text: string, at: number): void {
    const known = this.#ownerOf(owner, at);
    known.changed.delete(entityId);
    if (known.told.get(entityId) !== text) known.changed.set(entityId, text);
  }

  take(now: number): CalmLine[] {
    const lines: CalmLine[] = [];
    for (const [owner, known] of this.#owners) {
      if (known.changed.size === 0 || now < known.dueAt) continue;
      const values = [...known.changed.values()];
      for (const [entityId, text] of known.changed) known.told.set(entityId, text);
      known.changed.clear();
      known.dueAt = now + this.#limits.everyMs;
      const { maxValues } = this.#limits;
      const hidden = Math.max(0, values.length - maxValues);
      lines.push({ owner, values: values.slice(0, maxValues), hidden });
    }
    return lines;
  }

  #ownerOf(owner: string, at: number): Owner {
    let known = this.#owners.get(owner);
    if (known) return known;
    if (this.#owners.size >= MAX_OWNERS) this.#owners.delete([...this.#owners.keys()][0] ?? '');
    known = { dueAt: at + this.#limits.gatherMs, changed: new Map(), told: new Map() };
    this.#owners.set(owner, known);
    return known;
  }
}
