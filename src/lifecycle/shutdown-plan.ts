import type { HubStage } from '../hub-api/hub.js';
import type { StageTimeouts } from './stages.js';

/** What the steps of the shutdown do; each resolves with the names of what was late. */
export interface ShutdownWork {
  runShutdownJobs(timeoutMs: number): Promise<readonly string[]>;
  /** Cancels what is not waited for: background tasks, timers marked to end. */
  cancelBackground(): void;
  settleTasks(timeoutMs: number): Promise<readonly string[]>;
  cancelLate(): void;
  closeEntries(timeoutMs: number): Promise<readonly string[]>;
  closeRest(timeoutMs: number): Promise<readonly string[]>;
}

/** One row: the stage entered, what is done first, the event fired, and what is waited for. */
export interface ShutdownStep {
  readonly name: string;
  readonly stage?: HubStage;
  readonly event?: string;
  readonly limit: keyof StageTimeouts;
  readonly before?: (work: ShutdownWork) => void;
  readonly wait: (work: ShutdownWork, timeoutMs: number) => Promise<readonly string[]>;
}

/**
 * The way down, from top to bottom. A new stage is a new row, never a new branch.
 *
 * Shutdown jobs run while everything still works. Background tasks are cancelled before the stop
 * is announced, so that none holds it up. What is tracked may finish, twice: before and after the
 * final write. What is late then is cancelled, the entries are unloaded side by side, and what is
 * left is closed.
 */
export const SHUTDOWN_PLAN: readonly ShutdownStep[] = [
  {
    name: 'shutdown jobs',
    limit: 'shutdownJobs',
    wait: (work, timeoutMs) => work.runShutdownJobs(timeoutMs),
  },
  {
    name: 'stop',
    stage: 'stopping',
    event: 'homeassistant_stop',
    limit: 'stop',
    before: (work) => work.cancelBackground(),
    wait: (work, timeoutMs) => work.settleTasks(timeoutMs),
  },
  {
    name: 'final write',
    stage: 'final_write',
    event: 'homeassistant_final_write',
    limit: 'finalWrite',
    wait: (work, timeoutMs) => work.settleTasks(timeoutMs),
  },
  {
    name: 'unload',
    limit: 'close',
    before: (work) => work.cancelLate(),
    wait: (work, timeoutMs) => work.closeEntries(timeoutMs),
  },
  {
    name: 'close',
    event: 'homeassistant_close',
    limit: 'close',
    wait: (work, timeoutMs) => work.closeRest(timeoutMs),
  },
];
