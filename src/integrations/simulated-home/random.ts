const STEP = 0x9e3779b1;
const MIX = 0x2c1b3c6d;
const RANGE = 2 ** 32;

/** Numbers from 0 up to 1, always the same ones for a seed and a name. */
export class Random {
  #state: number;

  constructor(seed: number, name: string) {
    this.#state = seed | 0;
    for (const char of name) this.#state = scrambled(this.#state ^ (char.codePointAt(0) ?? 0));
  }

  next(): number {
    this.#state = (this.#state + STEP) | 0;
    return (scrambled(this.#state) >>> 0) / RANGE;
  }

  between(from: number, to: number): number {
    return from + this.next() * (to - from);
  }

  /** Something that happens every so often, on average: whether it does in a stretch of time. */
  happens(seconds: number, everySeconds: number): boolean {
    return this.next() < 1 - Math.exp(-seconds / everySeconds);
  }

  oneOf<T>(list: readonly T[]): T | undefined {
    return list[Math.floor(this.next() * list.length)];
  }
}

function scrambled(value: number): number {
  const mixed = Math.imul(value ^ (value >>> 15), MIX);
  return Math.imul(mixed ^ (mixed >>> 12), STEP) ^ (mixed >>> 16);
}
