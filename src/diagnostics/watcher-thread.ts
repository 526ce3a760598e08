import { isMainThread, Worker } from 'node:worker_threads';
import { afterOnLoop } from '../clock/loop-time.js';
import { threadFlags } from '../executor/thread-start.js';
import type { LoopSignal } from './loop-signal.js';

const isSource = import.meta.url.endsWith('.ts');
const ENTRY = new URL(isSource ? './stall-watcher.ts' : './stall-watcher.js', import.meta.url);

let changing = 0;

/** Whether a thread is starting or ending: that takes real time, also where time is virtual. */
export function isWatcherChanging(): boolean {
  return changing > 0;
}

/** The other end of `stall-watcher`. Whatever happens to it, the hub only knows less. */
export class WatcherThread {
  /**
   * Resolves when a start need not wait for it any longer. Built, that is at once: unless the
   * machine is busy, it watches sooner than a stall is one. From source it has to load a loader of
   * TypeScript first, so there it is when it watches, or cannot; after ten seconds in any case.
   */
  readonly ready: Promise<void>;
  #worker: Worker | undefined;
  #problem: string | null = 'the thread that watches the loop was not ready yet';

  constructor(signal: LoopSignal, channel: string) {
    const because = unfitBecause();
    const started = because === null ? this.#start(signal, channel) : Promise.resolve();
    if (because !== null) this.#problem = because;
    this.ready = isSource ? started : Promise.resolve();
  }

  /** Why nothing is known of what ran, while that is so. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Resolves when the thread has ended, which takes at most a second. */
  async end(): Promise<void> {
    const worker = this.#worker;
    if (!worker) return;
    this.#worker = undefined;
    worker.ref(); // who awaits the end keeps the process until then
    const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    worker.postMessage('end');
    const cancel = afterOnLoop(END_MS, () => void worker.terminate());
    changing++;
    await exited;
    changing--;
    cancel();
  }

  #start(signal: LoopSignal, channel: string): Promise<void> {
    return new Promise((resolve) => {
      const failed = (why: string): void => {
        this.#problem = `the thread that watches the loop failed: ${why}`;
        this.#worker = undefined;
        settle();
      };
      let isSettled = false;
      const settle = (): void => {
        if (isSettled) return;
        isSettled = true;
        changing--;
        cancel();
        this.#worker?.unref(); // from here on it never keeps the process alive
        resolve();
      };
      changing++;
      const cancel = afterOnLoop(READY_MS, settle);
      try {
        const worker = new Worker(ENTRY, {
          name: 'rxhome loop watchdog',
          workerData: { memory: signal.memory, channel },
          // Built, it needs no loader, and none of the flags of the process.
          execArgv: threadFlags() ?? [],
        });
        this.#worker = worker;
        worker.once('message', () => {
          this.#problem = null;
          settle();
        });
        worker.once('error', (error: unknown) =>
          failed((error as Error | null)?.message ?? String(error)),
        );
        worker.once('exit', (code) => {
          if (this.#worker === worker) failed(`it exited with code ${code}`);
          else settle(); // it was ended before it was ready
        });
      } catch (error) {
        failed((error as Error).message);
      }
    });
  }
}

/** Whether a debugger may be attached: who stands at a breakpoint is not stalled. */
export function isDebugged(): boolean {
  return inspectorUrl() !== undefined;
}

// Found once: it is asked for at every beat. Not imported: a Node may be built without it.
const inspectorUrl = process.features.inspector
  ? process.getBuiltinModule('node:inspector').url
  : (): undefined => undefined;

function unfitBecause(): string | null {
  if (!isMainThread) return 'only the loop of the main thread can be looked into';
  if (!process.features.inspector) return 'this Node was built without its inspector';
  return null;
}

const READY_MS = 10_000;
const END_MS = 1000;
