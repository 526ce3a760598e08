import type { WorkerFunction } from './worker-function.js';

/**
 * Which functions are so quick that the way to the thread costs more than the call.
 *
 * Only those share a batch, because whoever stands behind a call in a batch cannot go to another
 * thread until that is noticed. Nobody can know how long the next call takes; so a function has as
 * many places in a batch as it had quick calls in a row, and begins again after a slow one.
 */
export class QuickFunctions {
  readonly #inARow = new Map<string, Map<string, number>>();
  #size = 0;

  /** How many calls of the function were quick, one after the other, up to now. */
  inARow({ module, name }: Named): number {
    return this.#inARow.get(module)?.get(name) ?? 0;
  }

  /** A call of it was quick. */
  add(fn: Named): void {
    const before = this.inARow(fn);
    if (before >= ENOUGH) return;
    if (before === 0 && this.#size++ === MOST_FUNCTIONS) {
      this.#inARow.clear();
      this.#size = 1;
    }
    this.#functionsOf(fn.module).set(fn.name, before + 1);
  }

  /** A call of it was slow, or something went wrong with it. */
  forget({ module, name }: Named): void {
    const functions = this.#inARow.get(module);
    if (!functions?.delete(name)) return;
    this.#size--;
    if (functions.size === 0) this.#inARow.delete(module);
  }

  #functionsOf(module: string): Map<string, number> {
    let functions = this.#inARow.get(module);
    if (!functions) this.#inARow.set(module, (functions = new Map<string, number>()));
    return functions;
  }
}

type Named = Pick<WorkerFunction, 'module' | 'name'>;

/** Calls in a batch at most. More would win little, and go a longer way round when things change. */
export const ENOUGH = 32;

/** Milliseconds in its thread below which a call is quick. */
export const QUICK_MS = 1;

/** Milliseconds after which a thread gives back what it has not begun of a batch. */
export const BATCH_MS = 2;

// Modules can be made from text; then there is no end of them.
const MOST_FUNCTIONS = 1_000;
