import { rankIn } from './rank.js';

/** Where the order of lanes is kept from visit to visit. */
export interface OrderMemory {
  load(): readonly string[];
  save(keys: readonly string[]): void;
}

/** The order that somebody gave to lanes. One that nobody moved stands where it came. */
export class LaneOrder {
  #keys: string[];
  readonly #memory: OrderMemory | null;

  constructor(memory: OrderMemory | null = null) {
    this.#memory = memory;
    this.#keys = [...(memory?.load() ?? [])];
  }

  /** Those that were ordered come in that order; the others keep their places among themselves, below. */
  sorted<T extends { readonly key: string }>(lanes: readonly T[]): T[] {
    const rank = ({ key }: T): number => rankIn(this.#keys, key);
    return [...lanes].sort((a, b) => rank(a) - rank(b));
  }

  /** Puts one of these before or behind its neighbours; the ends stop it. */
  move(key: string, by: number, inThisOrder: readonly string[]): void {
    const keys = inThisOrder.filter((other) => other !== key);
    const from = inThisOrder.indexOf(key);
    if (from < 0) return;
    keys.splice(Math.max(0, Math.min(keys.length, from + by)), 0, key);
    // Others, of other groups, keep what they have.
    this.#keys = [...this.#keys.filter((other) => !keys.includes(other)), ...keys].slice(-200);
    this.#memory?.save(this.#keys);
  }
}
