import { BusWatch } from './bus-watch.js';
import { busTools, type BusTools } from './bus-tools.js';
import type { VirtualClockOptions } from './clock-options.js';
import { makeTestHub, type TestHub, type TestHubOptions } from './create-test-hub.js';
import type { Duration } from './durations.js';
import { runMarbles, type MarbleTest } from './run-marbles.js';
import { sharedClock } from './shared-clock.js';
import { watchForAwait } from './unawaited-tests.js';
import { unfinishedWork } from './until-idle.js';

/** What a marble test with a hub is given. */
export interface HubMarbleTest extends MarbleTest, BusTools {
  /** A hub in the time of the test, made at its first use and stopped at the end. */
  readonly hub: TestHub;
}

/** How a marble test with a hub begins. */
export interface MarblesOptions extends VirtualClockOptions {
  /** The options of its hub. */
  readonly hub?: Omit<TestHubOptions, 'time'>;
}

/**
 * Runs a test in virtual time, with streams drawn as marbles, and a hub whose events, states,
 * service calls and errors are drawn too.
 *
 *     await marbles(async ({ hub, hot, expectObservable, expectStates, advance }) => {
 *       const doors = hot('  -o--c-----|');
 *       expectObservable(doors.pipe(debounceTime(2))).toBe('---o--c---|');
 *       hub.states.set('light.kitchen', 'off');
 *       expectStates('light.kitchen').toBe('off 5s on');
 *       await advance('5s');
 *       hub.states.set('light.kitchen', 'on');
 *     });
 *
 * Diagrams have the syntax of RxJS's `TestScheduler.run`: a character is a millisecond. Unlike
 * there, promises, async functions, `setTimeout` and `Date` take part, and the body is awaited;
 * time passes by itself while it waits, and after it until the last diagram is over. What the hub
 * does then is compared, and nothing later: a test looks as far as its body and its diagrams go.
 *
 * The promise rejects with what the body or a timer throws, with `MarbleMismatchError` when
 * something else happened, and with `NeverSettledError`, `EndlessTimersError`,
 * `EndlessEventsError` or `ForgottenAwaitError` when the body waits for nothing, something never
 * ends, or an `await` is missing. Only code that never lets go of the loop cannot be ended: `for
 * (;;)`, and promises or `process.nextTick` that follow each other without the bus or a timer.
 */
export function marbles(
  body: (test: HubMarbleTest) => unknown,
  options: MarblesOptions = {},
): Promise<void> {
  const { hub: hubOptions = {}, ...clockOptions } = options;
  const test = runMarbles<HubTools>(
    (_, clock, expectations) => {
      const share = sharedClock(clock);
      const watch = new BusWatch(clock, (error) => expectations.fail(error));
      let made: TestHub | undefined;
      const hub = (): TestHub => (made ??= newHub(hubOptions, watch.tap));
      return {
        get hub(): TestHub {
          return hub();
        },
        ...busTools(hub, watch, clock, expectations),
        advance: (span: Duration = 0) => made?.advance(span) ?? clock.advance(span),
        advanceUntilIdle: () => quiet(share.untilIdle(unfinished)),
        unfinished,
        async finish(): Promise<void> {
          try {
            await made?.[Symbol.asyncDispose]();
          } finally {
            share.release();
          }
        },
      };

      function unfinished(): string[] {
        return made ? unfinishedWork(made) : [];
      }
    },
    body,
    clockOptions,
  );
  return watchForAwait(test);
}

type HubTools = Pick<HubMarbleTest, 'hub' | 'advance' | 'advanceUntilIdle' | keyof BusTools>;

function newHub(options: TestHubOptions, tap: BusWatch['tap']): TestHub {
  const hub = makeTestHub(options, tap);
  const advance = hub.advance.bind(hub);
  const advanceUntilIdle = hub.advanceUntilIdle.bind(hub);
  return Object.assign(hub, {
    advance: (span: Duration) => quiet(advance(span)),
    advanceUntilIdle: () => quiet(advanceUntilIdle()),
  });
}

/** One that nobody awaits is reported by the test itself. */
function quiet(time: Promise<void>): Promise<void> {
  time.catch(() => undefined);
  return time;
}
