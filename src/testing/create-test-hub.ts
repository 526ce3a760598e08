import type { HubErrorReport } from '../errors/report.js';
import { StageError } from '../errors/work-errors.js';
import { InlineExecutor } from '../executor/inline-executor.js';
import { TinypoolExecutor } from '../executor/tinypool-executor.js';
import type { Hub } from '../hub-api/hub.js';
import type { HubOptions } from '../hub/hub-options.js';
import { createHub } from '../hub/hub.js';
import { captureLog, type LogRecord } from './captured-log.js';
import type { Duration } from './durations.js';
import { endSharedClock, sharedClock, type ClockShare } from './shared-clock.js';
import type { VirtualClock } from './virtual-clock.js';

/** What may be given to `createTestHub`, beside the options of a hub. */
export interface TestHubOptions extends Omit<HubOptions, 'executor'> {
  /** `inline`: worker functions run on the loop. Or real threads. @default 'inline' */
  readonly executor?: 'inline' | NonNullable<HubOptions['executor']>;
  /** `virtual`: time stands still until the test lets it pass. @default 'virtual' */
  readonly time?: 'virtual' | 'real';
}

/** A hub for tests: strict, in virtual time, with everything it says kept. */
export interface TestHub extends Hub, AsyncDisposable {
  /** What it wrote, oldest first. */
  readonly log: readonly LogRecord[];
  /** What failed in it, oldest first. */
  readonly errors: readonly HubErrorReport[];
  /** The clock of the test; `undefined` in real time. */
  readonly clock: VirtualClock | undefined;
  /**
   * Lets virtual time pass: all that is due runs, in order, with every promise that follows.
   *
   * @throws InvalidOptionError for what is no duration, StageError in real time.
   */
  advance(span: Duration): Promise<void>;
}

const open = new Set<TestHub>();

/**
 * Makes a hub for a test. Calls of unloaded owners throw (`strict`), worker functions run inline,
 * and time is virtual for the whole process until the hub has stopped: `start`, `stop` and
 * `blockTillDone` let as much of it pass as they need, `advance` the rest.
 *
 * It ends with `await hub.stop()` or `await using`. One that is left open is stopped after the test
 * where the runner has a global `afterEach` (jest, mocha, vitest with globals).
 */
export function createTestHub(options: TestHubOptions = {}): TestHub {
  const { executor = 'inline', time = 'virtual', ...rest } = options;
  const share = time === 'virtual' ? sharedClock() : undefined;
  const log: LogRecord[] = [];
  const errors: HubErrorReport[] = [];
  const hub = createHub({ logger: captureLog(log), strict: true, ...rest }, (given) =>
    executor === 'inline'
      ? new InlineExecutor(given)
      : new TinypoolExecutor({ ...given, ...executor }),
  );
  hub.errors$.subscribe((failure) => errors.push(failure));
  const testHub = Object.assign(hub, { log, errors, clock: share?.clock, ...driving(hub, share) });
  open.add(testHub);
  return testHub;
}

/** Stops the hubs that a test has left open. */
export async function closeTestHubs(): Promise<void> {
  for (const hub of open) await hub.stop();
  endSharedClock();
}

// Where the runner tells when a test is over, nobody has to close anything.
(globalThis as { afterEach?: (fn: () => Promise<void>) => void }).afterEach?.(closeTestHubs);

/** The methods that take time, with a clock that lets them have it. */
function driving(
  hub: Hub,
  share: ClockShare | undefined,
): Pick<TestHub, 'start' | 'stop' | 'blockTillDone' | 'advance' | typeof Symbol.asyncDispose> {
  const start = hub.start.bind(hub);
  const stop = hub.stop.bind(hub);
  const blockTillDone = hub.blockTillDone.bind(hub);
  const drive = <T>(work: Promise<T>): Promise<T> => (share ? share.drive(work) : work);
  let ended: Promise<void> | undefined;
  const end = (): Promise<void> => {
    const stopped = stop(); // each time: the hub has to know who waits for it
    return (ended ??= drive(stopped).finally(() => {
      open.delete(hub as TestHub);
      share?.release();
    }));
  };
  if (share) share.addBusy(() => hub.snapshot().executor.running > 0);
  return {
    start: () => drive(start()),
    stop: end,
    blockTillDone: (options) => drive(blockTillDone(options)),
    advance: async (span) => shareOf(share).advance(span),
    [Symbol.asyncDispose]: end,
  };
}

function shareOf(share: ClockShare | undefined): ClockShare {
  if (share) return share;
  throw new StageError(
    'This test hub runs in real time (`time: "real"`), which cannot be advanced.',
  );
}
