import type { VirtualClockOptions } from './clock-options.js';
import { createTestHub, type TestHub } from './create-test-hub.js';
import { runMarbles, type MarbleTest } from './run-marbles.js';
import { sharedClock } from './shared-clock.js';

/** What a marble test with a hub is given. */
export interface HubMarbleTest extends MarbleTest {
  /** A hub in the time of the test, made at its first use and stopped at the end. */
  readonly hub: TestHub;
}

/**
 * Runs a test in virtual time, with streams drawn as marbles, and a hub.
 *
 *     await marbles(async ({ hub, hot, expectObservable, advance }) => {
 *       const doors = hot('  -o--c-----|');
 *       expectObservable(doors.pipe(debounceTime(2))).toBe('---o--c---|');
 *       hub.states.set('light.kitchen', 'on');
 *       await advance('10m');
 *     });
 *
 * Diagrams have the syntax of RxJS's `TestScheduler.run`: a character is a millisecond. Unlike
 * there, promises, async functions, `setTimeout` and `Date` take part, and the body is awaited;
 * time passes by itself while it waits. The promise rejects with what the body or a timer
 * throws, with `MarbleMismatchError` when a stream did something else, and with
 * `NeverSettledError` or `ForgottenAwaitError` when the body waits for nothing or forgot to wait.
 */
export function marbles(
  body: (test: HubMarbleTest) => unknown,
  options?: VirtualClockOptions,
): Promise<void> {
  return runMarbles<{ readonly hub: TestHub }>(
    (_, clock) => {
      const share = sharedClock(clock);
      let made: TestHub | undefined;
      return {
        get hub(): TestHub {
          return (made ??= createTestHub());
        },
        async finish(): Promise<void> {
          await made?.stop();
          share.release();
        },
      };
    },
    body,
    options,
  );
}
