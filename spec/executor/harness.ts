import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach } from '@jest/globals';
import type { Executor, ExecutorOptions, ExecutorRun } from '../../src/executor/executor.js';
import { InlineExecutor } from '../../src/executor/inline-executor.js';
import { TinypoolExecutor } from '../../src/executor/tinypool-executor.js';
import { workerModule } from '../../src/executor/worker-module.js';

export const blocking = workerModule<typeof import('../fixtures/blocking.worker.js')>(
  new URL('../fixtures/blocking.worker.js', import.meta.url),
);

export const attack = workerModule<typeof import('../fixtures/attack.worker.js')>(
  new URL('../fixtures/attack.worker.js', import.meta.url),
);

/** What has to keep the same contract. */
export const implementations: [string, (options: Pick<ExecutorOptions, 'report'>) => Executor][] = [
  ['TinypoolExecutor', (options) => new TinypoolExecutor({ maxThreads: 2, ...options })],
  ['InlineExecutor', (options) => new InlineExecutor(options)],
];

/** Makes executors of one thread, unless it is told otherwise, and closes them after each test. */
export function threadsOfASpec(): (options?: ExecutorOptions) => TinypoolExecutor {
  const open: TinypoolExecutor[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((executor) => executor.close(0)));
  });
  return (options = {}) => {
    const executor = new TinypoolExecutor({ maxThreads: 1, ...options });
    open.push(executor);
    return executor;
  };
}

/** A run as the jobs would ask for it, with what matters to the spec. */
export function runFor({
  signal,
  ...overrides
}: Partial<ExecutorRun> & { readonly signal?: AbortSignal } = {}): ExecutorRun {
  return {
    onCancel: (end) => {
      if (signal?.aborted) end(signal.reason);
      else signal?.addEventListener('abort', () => end(signal.reason));
    },
    name: 'spec job',
    owner: 'spec',
    context: { id: 'cause' },
    runOnLoop: (fn) => fn(),
    exposed: () => undefined,
    ...overrides,
  };
}

/** Keeps the loop busy, so that what happens meanwhile arrives all at once. */
export function keepBusy(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

/** How a promise ended, without a word to anybody else. */
export async function outcome(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => ({ value }),
    (error: unknown) => error,
  );
}

/** Waits until something is true, but not for ever. */
export async function until(isTrue: () => boolean, seconds = 20): Promise<void> {
  for (let i = 0; i < seconds * 200; i++) {
    if (isTrue()) return;
    await sleep(5);
  }
  throw new Error('It never became true.');
}
