import { userStack } from './call-site.js';
import { ForgottenAwaitError } from './testing-errors.js';

const running = new Map<Promise<void>, string>();

/** Remembers where a marble test was begun, until it has ended. */
export function watchForAwait(test: Promise<void>): Promise<void> {
  running.set(test, userStack());
  const forget = (): boolean => running.delete(test);
  test.then(forget, forget);
  return test;
}

/**
 * The error for a marble test that still runs though the test of the runner is over; given after it
 * has ended, so that the next one has its time.
 */
export async function unawaitedTest(): Promise<Error | undefined> {
  const [first] = running;
  if (!first) return undefined;
  const [test, stack] = first;
  await test.catch(() => undefined);
  const error = new ForgottenAwaitError(
    'The test ended while its marbles were still running: put `await` or `return` in front of `marbles(…)`.',
  );
  error.stack = `${error.name}: ${error.message}\n${stack}`;
  return error;
}
