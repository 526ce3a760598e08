import { type Subscription, timer } from 'rxjs';
import { Context, type Hub, runUncaused } from 'rxhome';

/** A page that is loaded again is back by then. */
const GONE_AFTER_MS = 3_000;
/** Whose doing is what is done on the page. */
export const HUMAN = 'you';

/** The data of `inspector_opened` and `inspector_closed`. */
export interface PageEvent {
  /** An id that the page has made for itself. */
  readonly page: string;
  /** How many are open now. */
  readonly pages: number;
}

declare module 'rxhome' {
  interface EventMap {
    /** Somebody has opened the inspector. */
    inspector_opened: PageEvent;
    /** A page of the inspector has been gone for three seconds. */
    inspector_closed: PageEvent;
  }
}

/** Which pages are open, as events of a human. */
export class Presence {
  readonly #hub: Hub;
  /** By page: how many feeds it reads. */
  readonly #feeds = new Map<string, number>();
  readonly #leaving = new Map<string, Subscription>();

  /** @param hub ends the telling when its scope is closed */
  constructor(hub: Hub) {
    this.#hub = hub;
  }

  /** A feed has opened. Returns what to call when it has ended. */
  enter(page: string): () => void {
    const leaving = this.#leaving.get(page);
    leaving?.unsubscribe();
    this.#leaving.delete(page);
    const isNew = leaving === undefined && !this.#feeds.has(page);
    this.#feeds.set(page, (this.#feeds.get(page) ?? 0) + 1);
    if (isNew) this.#fire('inspector_opened', page);
    let hasLeft = false;
    return () => {
      if (hasLeft) return;
      hasLeft = true;
      this.#leave(page);
    };
  }

  close(): void {
    for (const leaving of this.#leaving.values()) leaving.unsubscribe();
    this.#leaving.clear();
    this.#feeds.clear();
  }

  #leave(page: string): void {
    const left = (this.#feeds.get(page) ?? 0) - 1;
    if (left > 0) {
      this.#feeds.set(page, left);
      return;
    }
    this.#feeds.delete(page);
    if (this.#hub.scope.closed) return;
    const leaving = runUncaused(() =>
      timer(GONE_AFTER_MS).subscribe(() => {
        this.#leaving.delete(page);
        this.#fire('inspector_closed', page);
      }),
    );
    this.#leaving.set(page, leaving);
  }

  #fire(type: 'inspector_opened' | 'inspector_closed', page: string): void {
    if (this.#hub.scope.closed) return;
    const pages = this.#feeds.size + this.#leaving.size;
    const context = new Context({ userId: HUMAN });
    runUncaused(() => this.#hub.bus.fire(type, { page, pages }, { context }));
  }
}
