/** What failed: the part of the hub that was calling somebody else's code. */
export type FailureSource =
  | 'listener'
  | 'filter'
  | 'subscriber'
  | 'task'
  | 'job'
  | 'timer'
  | 'timeout'
  | 'teardown'
  | 'service'
  | 'integration'
  | 'fence'
  | 'loop-call'
  | 'storage'
  | 'http'
  | 'event';

/** One failure, as `hub.errors$` gives it: each failure once, always with its owner. */
export interface HubErrorReport {
  readonly error: unknown;
  readonly source: FailureSource;
  /** The name of the scope whose code failed: a config entry, an automation, `hub`. */
  readonly owner: string;
  /** What it was: the name of the listener, task, job, teardown or method. */
  readonly name: string;
  /** The event that was being delivered, when there was one. */
  readonly event?: unknown;
  /** Who or what had caused the failing work, when that is known. */
  readonly context?: unknown;
  /** The number of the call, task or job that failed in `hub.activity$`; left out if nobody looked. */
  readonly activity?: number | undefined;
}

/** Takes a failure of somebody else's code, so that nothing has to be thrown at a bystander. */
export type Report = (failure: HubErrorReport) => void;
