import { ThreadExit } from './describe-death.js';
import type { LinkEnd } from './job-wire.js';
import type { OneThreadPool } from './one-thread-pool.js';
import { ThreadLink, type ThreadLinkOptions } from './thread-link.js';

/** What a lane wants to know of its thread. */
export interface LaneThreadOptions extends ThreadLinkOptions {
  readonly openPool: () => OneThreadPool;
  /** It has begun to take calls. */
  readonly onReady: () => void;
  /** It has died by itself. It is still the one that is there, so that it can be asked. */
  readonly onDeath: (error: unknown, pool: OneThreadPool) => void;
}

/** The thread of a lane, while there is need of one, and the link to it. */
export class LaneThread {
  readonly #options: LaneThreadOptions;
  #pool: OneThreadPool | undefined;
  #link: ThreadLink | undefined;
  #isReady = false;
  #isShutDown = false;

  constructor(options: LaneThreadOptions) {
    this.#options = options;
  }

  get exists(): boolean {
    return this.#pool !== undefined;
  }

  /** Whether it takes calls already. */
  get isReady(): boolean {
    return this.#isReady && this.exists;
  }

  get link(): ThreadLink | undefined {
    return this.#link;
  }

  /** Starts the thread if there is none. */
  get(): OneThreadPool {
    return this.#pool ?? this.#open();
  }

  is(pool: OneThreadPool | undefined): boolean {
    return pool !== undefined && pool === this.#pool;
  }

  /** The link; with its other end, if the thread has yet to be brought that. */
  connect(): { readonly link: ThreadLink; readonly end: LinkEnd | undefined } {
    if (this.#link) return { link: this.#link, end: undefined };
    const link: ThreadLink = (this.#link = new ThreadLink({
      ...this.#options,
      // What comes here can overtake the message that says that the thread is ready.
      onHeard: () => this.#link === link && this.ready(),
    }));
    if (this.#isShutDown) link.calls.shutDown();
    return { link, end: link.end };
  }

  disconnect(): void {
    this.#link?.close();
    this.#link = undefined;
  }

  shutDownCalls(): void {
    this.#isShutDown = true;
    this.#link?.calls.shutDown();
  }

  ready(): void {
    if (this.#isReady) return;
    this.#isReady = true;
    this.#options.onReady();
  }

  /** Puts another thread in the place of `pool`, which has died, unless there is to be none. */
  replace(pool: OneThreadPool): void {
    if (!this.is(pool)) return;
    const couldStart = this.#isReady;
    void this.close();
    // What could not start will fail again, and so would the next: the next call tries it.
    if (!couldStart) return;
    try {
      this.#open();
    } catch {
      // The system has no thread left: the next call tries it again, and tells.
    }
  }

  /** Ends the thread, if there is one. */
  async close(): Promise<void> {
    const pool = this.#pool;
    this.#pool = undefined;
    this.disconnect();
    await pool?.close();
  }

  #open(): OneThreadPool {
    const pool = (this.#pool = this.#options.openPool());
    const { thread } = pool;
    this.#isReady = false;
    thread?.once('message', () => {
      if (this.is(pool)) this.ready();
    });
    // Before tinypool, which forgets the thread then.
    thread?.prependListener('error', (error: unknown) => {
      if (this.is(pool)) this.#options.onDeath(error, pool);
    });
    thread?.once('exit', (code) => {
      // tinypool takes no notice of an exit, and would wait for the thread for ever.
      if (pool.thread === thread) thread.emit('error', new ThreadExit(code));
    });
    return pool;
  }
}
