// eslint-disable-next-line no-restricted-imports -- virtual time may be stuck
import * as real from 'node:timers';
import { endSharedClock } from './shared-clock.js';
import { NeverSettledError } from './testing-errors.js';
import { unawaitedTest } from './unawaited-tests.js';

/** Real milliseconds; runners give a hook 5 s, and what comes later they do not wait for. */
const PATIENCE_MS = 4_000;

/** Closes a test hub; whether what it has left behind fails that, if its maker did not say. */
type Close = (failsOnLeaks: boolean) => Promise<void>;

const open = new Set<Close>();
let areLeaksFatal = false;

/** Closes a test hub when the test is over, unless the returned function says that it is closed. */
export function closeWithTest(close: Close): () => void {
  open.add(close);
  return () => void open.delete(close);
}

/**
 * Stops the test hubs that are open and puts real time back: for `afterEach` of a runner that has
 * no global one (`node:test`, vitest without globals). Whatever hangs, it ends within 4 real
 * seconds, and time is real again.
 *
 *     import { afterEach } from 'node:test';
 *     afterEach(closeTestHubs);
 *
 * @throws (as a rejection) LeakError naming what a hub has left behind; ForgottenAwaitError when
 * the test did not await its marbles; NeverSettledError when they, or a hub, did not end.
 */
export function closeTestHubs(): Promise<void> {
  return closeAll(true);
}

async function closeAll(failsOnLeaks: boolean): Promise<void> {
  const failures: unknown[] = [];
  const note = (error: unknown): number => failures.push(error);
  const close = async (): Promise<void> => {
    const unawaited = await unawaitedTest();
    if (unawaited) note(unawaited);
    await Promise.all(
      [...open].map(async (closeHub) => {
        try {
          await closeHub(failsOnLeaks);
        } catch (error) {
          note(error);
        }
      }),
    );
  };
  const hasEnded = await endsInTime(close());
  if (!hasEnded)
    note(
      new NeverSettledError(
        `What the test had begun did not end within ${PATIENCE_MS} ms of real time; time is real again. Is there a promise that nobody settles, or real work (\`busy\`, a thread, a file) that never ends?`,
      ),
    );
  open.clear();
  endSharedClock();
  if (failures.length > 1) throw new AggregateError(failures, failures.map(String).join('\n'));
  if (failures.length > 0) throw failures[0];
}

/** Closes them after each test, and fails it when something is left: for the doors of runners. */
export function closeAfterEach(afterEach: (close: () => Promise<void>) => unknown): void {
  areLeaksFatal = true;
  if (!('afterEach' in globalThis)) afterEach(closeTestHubs);
}

// Where the runner tells when a test is over, nobody has to close anything.
(globalThis as { afterEach?: (fn: () => Promise<void>) => void }).afterEach?.(() =>
  closeAll(areLeaksFatal),
);

/** Resolves in the next turn of the real loop, when all promises have settled that can. */
export function realTurn(): Promise<void> {
  return new Promise((resolve) => void real.setImmediate(resolve));
}

async function endsInTime(work: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<boolean>((resolve) => {
    timer = real.setTimeout(() => resolve(false), PATIENCE_MS);
  });
  try {
    return await Promise.race([work.then(() => true), tooLate]);
  } finally {
    real.clearTimeout(timer);
  }
}
