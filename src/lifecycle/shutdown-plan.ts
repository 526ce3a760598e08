import type { HubStage } from '../hub-api/hub.js';
import type { StageTimeouts } from './stages.js';

/**
 * What the steps of the shutdown do. Each ends within the time it is given, names what was late,
 * and leaves it behind.
 */
export interface ShutdownWork {
  runShutdownJobs(timeoutMs: number): Promise<void>;
  /**
   * Cancels what is not waited for: background tasks, timers and jobs marked to end. From here on
   * workers can ask the loop for nothing more.
   */
  cancelBackground(): void;
  settleTasks(timeoutMs: number, stage: keyof StageTimeouts): Promise<void>;
  cancelLate(): void;
  closeEntries(timeoutMs: number): Promise<void>;
  settleGoodbyes(timeoutMs: number): Promise<void>;
  closeExecutor(timeoutMs: number): Promise<void>;
  closeHub(timeoutMs: number): Promise<void>;
}

/** One row: the stage entered, what is done first, the event fired, and what is waited for. */
export interface ShutdownStep {
  /** Whose time it has; rows of one limit share it. */
  readonly limit: keyof StageTimeouts;
  readonly stage?: HubStage;
  readonly before?: (work: ShutdownWork) => void;
  readonly event?: string;
  readonly wait: (work: ShutdownWork, timeoutMs: number) => Promise<void>;
}

/**
 * The way down, from top to bottom. A new stage is a new row, never a new branch.
 *
 * Shutdown jobs run while everything still works. Background tasks are cancelled before the stop
 * is announced, so that none holds it up. What is tracked may finish, twice: before and after the
 * final write. What is late then is cancelled, the entries are closed side by side, and what is
 * left is closed.
 */
export const SHUTDOWN_PLAN: readonly ShutdownStep[] = [
  {
    limit: 'shutdownJobs',
    wait: (work, timeoutMs) => work.runShutdownJobs(timeoutMs),
  },
  {
    limit: 'stop',
    stage: 'stopping',
    before: (work) => work.cancelBackground(),
    event: 'homeassistant_stop',
    wait: (work, timeoutMs) => work.settleTasks(timeoutMs, 'stop'),
  },
  {
    limit: 'finalWrite',
    stage: 'final_write',
    event: 'homeassistant_final_write',
    wait: (work, timeoutMs) => work.settleTasks(timeoutMs, 'finalWrite'),
  },
  {
    limit: 'close',
    before: (work) => work.cancelLate(),
    wait: (work, timeoutMs) => work.closeEntries(timeoutMs),
  },
  {
    limit: 'close',
    event: 'homeassistant_close',
    wait: (work, timeoutMs) => work.settleGoodbyes(timeoutMs),
  },
  { limit: 'close', wait: (work, timeoutMs) => work.closeExecutor(timeoutMs) },
  { limit: 'close', wait: (work, timeoutMs) => work.closeHub(timeoutMs) },
];
