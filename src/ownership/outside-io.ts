import { PerHub } from './per-hub.js';
import type { Scope } from './scope.js';

export type IoKind = 'storage' | 'http';

/**
 * Counts what a hub has under way outside of the process: files that are read or written, requests
 * that are not answered to the end. Virtual time waits for it.
 */
export class OutsideIo {
  readonly #underWay: Record<IoKind, number> = { storage: 0, http: 0 };
  #moves = 0;

  get underWay(): Readonly<Record<IoKind, number>> {
    return { ...this.#underWay };
  }

  /** Goes up whenever something begins, ends, or gets a piece further. */
  get moves(): number {
    return this.#moves;
  }

  /** Something has begun; call what is returned, once or more often, when it has ended. */
  begin(kind: IoKind): () => void {
    this.#underWay[kind]++;
    this.#moves++;
    let hasEnded = false;
    return () => {
      if (hasEnded) return;
      hasEnded = true;
      this.#underWay[kind]--;
      this.#moves++;
    };
  }

  move(): void {
    this.#moves++;
  }

  async track<T>(kind: IoKind, work: () => Promise<T>): Promise<T> {
    const end = this.begin(kind);
    try {
      return await work();
    } finally {
      end();
    }
  }
}

const ios = new PerHub(() => new OutsideIo());

/** The one of the hub to which a scope belongs. */
export function ioOf(scope: Scope): OutsideIo {
  return ios.of(scope);
}
