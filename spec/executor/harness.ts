import { setTimeout as sleep } from 'node:timers/promises';
import type { ExecutorRun } from '../../src/executor/executor.js';
import { workerModule } from '../../src/executor/worker-module.js';

export const blocking = workerModule<typeof import('../fixtures/blocking.worker.js')>(
  new URL('../fixtures/blocking.worker.js', import.meta.url),
);

/** A run as the jobs would ask for it, with what matters to the spec. */
export function runFor(overrides: Partial<ExecutorRun> = {}): ExecutorRun {
  return {
    name: 'spec job',
    owner: 'spec',
    context: { id: 'cause' },
    runOnLoop: (fn) => fn(),
    exposed: () => undefined,
    ...overrides,
  };
}

/** How a promise ended, without a word to anybody else. */
export async function outcome(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => ({ value }),
    (error: unknown) => error,
  );
}

/** Waits until something is true, but not for ever. */
export async function until(isTrue: () => boolean): Promise<void> {
  for (let i = 0; i < 600; i++) {
    if (isTrue()) return;
    await sleep(5);
  }
  throw new Error('It never became true.');
}
