import type { Report } from '../errors/report.js';
import type { JobRun } from './job-run.js';
import type { JobReply } from './job-wire.js';
import type { OneThreadPool } from './one-thread-pool.js';

/** What the lanes of an executor have in common. */
export interface LaneOptions {
  readonly openPool: () => OneThreadPool;
  readonly report: Report;
  /** Milliseconds without a call after which the thread ends; `Infinity` keeps it. */
  readonly idleMs: number;
  /** The module whose variables live in the thread, if it is there for that one alone. */
  readonly dedicatedTo?: string;
}

/** Told, each once and in this order, what becomes of the calls that a lane was given. */
export interface LaneListener {
  readonly onReply: (job: JobRun, reply: JobReply) => void;
  readonly onFailure: (job: JobRun, error: unknown) => void;
  /** These have not begun, and will not: they may run elsewhere. */
  readonly onReturn: (jobs: readonly JobRun[]) => void;
  /** The same, because something went wrong; one of them may be the reason. */
  readonly onTrouble: (jobs: readonly JobRun[]) => void;
  /** The lane has nothing left. */
  readonly onFree: () => void;
  /** Told when the thread begins or ends to wait for a promise of the loop. */
  readonly onWaiting: () => void;
  /** Told when the thread has ended because it was idle. */
  readonly onIdle: () => void;
}
