import { InvalidOptionError } from '../errors/input-errors.js';
import { isWatcherChanging } from '../diagnostics/watcher-thread.js';
import type { HubErrorReport } from '../errors/report.js';
import { StageError } from '../errors/work-errors.js';
import type { BusEvent } from '../events/bus-event.js';
import type { Executor } from '../executor/executor.js';
import { InlineExecutor } from '../executor/inline-executor.js';
import { TinypoolExecutor } from '../executor/tinypool-executor.js';
import type { Hub } from '../hub-api/hub.js';
import type { HubOptions } from '../hub/hub-options.js';
import { createHub } from '../hub/hub.js';
import { captureLog, type LogRecord } from './captured-log.js';
import type { PendingTimer } from './clock-options.js';
import { checkLeakRule, warnOfLeaks, type LeakRule, refuseLeaks } from './left-behind.js';
import { toMs, type Duration } from './durations.js';
import { ioHoldsTime } from './io-patience.js';
import { closeWithTest, realTurn } from './open-hubs.js';
import { sharedClock, type ClockShare } from './shared-clock.js';
import type { VirtualClock } from './virtual-clock.js';
import { temporaryFolder } from './temporary-folder.js';
import { stillRunning, unfinishedWork } from './until-idle.js';
import { holdsTime } from './worker-patience.js';

/**
 * What may be given to `createTestHub`, beside the options of a hub. Without `configDir` it has a
 * folder of its own, which is made when somebody asks for it and removed when the hub has stopped.
 */
export interface TestHubOptions extends Omit<HubOptions, 'executor'> {
  /** `inline`: worker functions run on the loop. Or real threads. @default 'inline' */
  readonly executor?: 'inline' | NonNullable<HubOptions['executor']>;
  /** `virtual`: time stands still until the test lets it pass. @default 'virtual' */
  readonly time?: 'virtual' | 'real';
  /**
   * How long inline worker functions take, in virtual time: all of them, or each by its name. They
   * are called when that time is over. @default 0
   */
  readonly jobMs?: Duration | ((name: string) => Duration);
  /** Keeps what is fired, in `hub.events`. @default false, or true once matchers are installed */
  readonly record?: boolean;
  /**
   * What fails the close of the hub when it is left after the stop. `work`: tasks, jobs, listeners,
   * timeouts, open scopes, files and requests. `timers`: also timers that wait in virtual time,
   * those of the test included. `ignore`: nothing. @default 'work', but the close after a test that
   * nobody asked for only warns, unless `rxhome/testing/jest` or `…/vitest` is imported
   */
  readonly leaks?: LeakRule;
}

/** A hub for tests: strict, in virtual time, with everything it says kept. */
export interface TestHub extends Hub, AsyncDisposable {
  /** What it wrote, oldest first. */
  readonly log: readonly LogRecord[];
  /** What failed in it, oldest first. */
  readonly errors: readonly HubErrorReport[];
  /**
   * What was fired in it, oldest first, whether somebody listened or not: the last 10,000. `null`
   * unless the hub was told to `record`, because it keeps alive what events carry.
   */
  readonly events: readonly BusEvent[] | null;
  /** The clock of the test; `undefined` in real time. */
  readonly clock: VirtualClock | undefined;
  /**
   * Lets virtual time pass: all that is due runs, in order, with every promise that follows, and
   * with the files and requests that it begins. A server that sends nothing is waited for half a
   * real second; then time goes on, so that limits of time can be reached.
   *
   * @throws InvalidOptionError for what is no duration, StageError in real time.
   */
  advance(span: Duration): Promise<void>;
  /**
   * Lets virtual time pass until nothing is under way: no tracked task or job, no file, no request,
   * and no timer but such as repeat (an interval that has ticked; a poll that was set again by what
   * it led to). Background tasks count by their timers only.
   *
   * @throws NeverSettledError naming the tasks that no timer is left for, EndlessTimersError when
   * something goes on for 30 days or a million timers, StageError in real time.
   */
  advanceUntilIdle(): Promise<void>;
}

const KEPT_EVENTS = 10_000;

function keep(events: BusEvent[], event: BusEvent): void {
  if (events.push(event) > KEPT_EVENTS) events.shift();
}

let areKept = false;

/** From now on test hubs record what is fired in them: for matchers. */
export function recordByDefault(): void {
  areKept = true;
}

/**
 * Makes a hub for a test. Calls of unloaded owners throw (`strict`), worker functions run inline,
 * and time is virtual for the whole process until the hub has stopped: `start`, `stop` and
 * `blockTillDone` let as much of it pass as they need, `advance` the rest.
 *
 * It ends with `await hub.stop()` or `await using`. One that is left open is closed after the test
 * where the runner has a global `afterEach` (jest, mocha, vitest with globals), or by
 * `closeTestHubs`. These closes name what is left behind, and fail the test by that (option
 * `leaks`). `stop()` never does, nor the close of a hub that the test stopped.
 *
 * @throws InvalidOptionError naming the option and the value; VirtualTimeInUseError.
 */
export function createTestHub(options: TestHubOptions = {}): TestHub {
  return makeTestHub(options);
}

/** The same; `watch` sees every event that is fired. */
export function makeTestHub(options: TestHubOptions, watch?: (event: BusEvent) => void): TestHub {
  const { executor = 'inline', time = 'virtual', record = areKept, jobMs, ...others } = options;
  const { leaks, ...rest } = others;
  if (leaks !== undefined) checkLeakRule(leaks);
  const takesMs = inlineTimes(jobMs, executor);
  const share = time === 'virtual' ? sharedClock() : undefined;
  const log: LogRecord[] = [];
  const errors: HubErrorReport[] = [];
  const events: BusEvent[] | null = record ? [] : null;
  const folder = temporaryFolder();
  let worker: Executor = new InlineExecutor();
  const defaults = { logger: captureLog(log), strict: true, watchdog: false } as const;
  const given = { ...defaults, ...rest };
  const make = (): Hub =>
    createHub(
      rest.configDir !== undefined
        ? given
        : Object.defineProperty(given, 'configDir', { get: () => folder.path() }),
      {
        newExecutor: (pool) =>
          (worker =
            executor === 'inline'
              ? new InlineExecutor({ ...pool, takesMs })
              : new TinypoolExecutor({ ...pool, ...executor })),
        ...((events ?? watch) && {
          tap: (event) => {
            if (events) keep(events, event as BusEvent);
            watch?.(event as BusEvent);
          },
        }),
      },
    );
  const hub = madeWith(share, make);
  hub.errors$.subscribe((failure) => errors.push(failure));
  let waiting: readonly PendingTimer[] = [];
  let isStoppedByTest = false;
  const driven = driving(hub, worker, share, () => {
    waiting = share?.pendingTimers ?? [];
    forget();
    folder.remove();
  });
  const testHub = Object.assign(hub, {
    log,
    errors,
    events,
    clock: share?.clock,
    ...driven,
    stop: () => {
      isStoppedByTest = true;
      return driven.stop();
    },
    [Symbol.asyncDispose]: () => close(true),
  });
  const close = async (failsOnLeaks: boolean): Promise<void> => {
    await driven.stop();
    await realTurn(); // what was told last, ends
    if (isStoppedByTest) return; // the test may have looked at what is late
    if (failsOnLeaks || leaks) refuseLeaks(hub, leaks ?? 'work', waiting);
    else warnOfLeaks(hub);
  };
  const forget = closeWithTest(close);
  return testHub;
}

/** @throws InvalidOptionError for what is no duration, and for workers that take real time. */
function inlineTimes(
  jobMs: TestHubOptions['jobMs'],
  executor: TestHubOptions['executor'],
): (name: string) => number {
  if (jobMs !== undefined && executor !== 'inline')
    throw new InvalidOptionError('`jobMs` is for the inline executor: threads take real time.');
  if (typeof jobMs === 'function') return (name) => toMs(jobMs(name));
  const ms = toMs(jobMs ?? 0);
  return () => ms;
}

/** A hub that cannot be made does not keep the clock. */
function madeWith(share: ClockShare | undefined, make: () => Hub): Hub {
  try {
    return make();
  } catch (error) {
    share?.release();
    throw error;
  }
}

type Driven = 'start' | 'stop' | 'blockTillDone' | 'advance' | 'advanceUntilIdle';

/** The methods that take time, with a clock that lets them have it. */
function driving(
  hub: Hub,
  executor: Executor,
  share: ClockShare | undefined,
  onStopped: () => void,
): Pick<TestHub, Driven> {
  const start = hub.start.bind(hub);
  const stop = hub.stop.bind(hub);
  const blockTillDone = hub.blockTillDone.bind(hub);
  const unfinished = (): string[] => unfinishedWork(hub);
  const clue = (): string => stillRunning(unfinished());
  const drive = <T>(work: Promise<T>): Promise<T> => (share ? share.drive(work, clue) : work);
  let ended: Promise<void> | undefined;
  let isStopping = false;
  const end = (): Promise<void> => {
    isStopping = true;
    const stopped = stop(); // each time: the hub has to know who waits for it
    return (ended ??= drive(stopped).finally(() => {
      try {
        onStopped();
      } finally {
        share?.release();
      }
    }));
  };
  share?.addBusy(holdsTime(hub, executor, () => isStopping));
  const ioHolds = ioHoldsTime(hub);
  share?.addBusy(ioHolds);
  share?.addBusy(isWatcherChanging);
  return {
    start: () => drive(start()),
    stop: end,
    blockTillDone: (options) => drive(blockTillDone(options)),
    advance: async (span) => {
      const time = shareOf(share);
      await time.advance(span);
      // What fell due last may have begun to read, write or ask.
      while (ioHolds()) await time.settle(() => !ioHolds());
    },
    advanceUntilIdle: async () => shareOf(share).untilIdle(unfinished),
  };
}

function shareOf(share: ClockShare | undefined): ClockShare {
  if (share) return share;
  throw new StageError(
    'This test hub runs in real time (`time: "real"`), which cannot be advanced.',
  );
}
