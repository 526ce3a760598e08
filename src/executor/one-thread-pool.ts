import { fileURLToPath } from 'node:url';
import type { ResourceLimits, Transferable, Worker } from 'node:worker_threads';
import Tinypool from 'tinypool';
import type { JobRequest } from './job-wire.js';
import { threadFlags, WORKER_ENTRY } from './thread-start.js';

/** A pool of exactly one thread, which is started with it and not replaced when it dies. */
export interface OneThreadPool {
  /** The thread that takes the calls, while it lives. */
  readonly thread: Worker | undefined;
  /** Runs a call and gives its reply. */
  run(request: JobRequest, transfer: Transferable[] | undefined): Promise<unknown>;
  /** Runs calls one after the other; the replies come over the link before this is over. */
  runBatch(requests: readonly JobRequest[]): Promise<unknown>;
  /** Terminates the thread, whatever it does, and resolves when it is gone. */
  close(): Promise<void>;
}

/** A tinypool that starts one thread now, and never another. */
export function openPool(options: {
  readonly useAtomics: boolean;
  readonly resourceLimits: ResourceLimits;
}): OneThreadPool {
  const execArgv = threadFlags();
  const pool = new Tinypool({
    ...options,
    minThreads: 1,
    maxThreads: 1,
    idleTimeout: LONGEST_TIMER_MS,
    ...(execArgv ? { execArgv } : {}),
  });
  // It would start another for one that died, in the middle of telling, where nobody can catch
  // that the system has no thread left; and after two that could not start, none ever again.
  pool.options.minThreads = 0;
  // Emitted when a thread dies without a call; the lane has heard it from the thread itself.
  pool.on('error', () => undefined);
  const run = (name: keyof typeof import('./worker-entry.js')) => {
    return (task: unknown, transferList?: Transferable[]): Promise<unknown> =>
      pool.run(task, { filename: ENTRY_PATH, name, transferList });
  };
  let closed: Promise<void> | undefined;
  return {
    get thread() {
      return (pool.threads[0] as { readonly thread?: Worker } | undefined)?.thread;
    },
    run: run('runJob'),
    runBatch: run('runBatch'),
    // A thread that dies meanwhile is gone too.
    close: () => (closed ??= pool.destroy().catch(() => undefined)),
  };
}

// As a path: a URL would be taken apart again for each call.
const ENTRY_PATH = fileURLToPath(WORKER_ENTRY);

// Idle threads are ended by their lanes.
const LONGEST_TIMER_MS = 2 ** 31 - 1;
