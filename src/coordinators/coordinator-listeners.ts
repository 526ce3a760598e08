import type { Hub } from '../hub-api/hub.js';
import type { Job } from '../jobs/job.js';

/** What listeners hear of one refresh. */
export type News<T> =
  | { readonly isSuccess: true; readonly data: T }
  | { readonly isSuccess: false; readonly data: T | undefined };

/** Who listens to a coordinator. All of them hear of one refresh before any hears of the next. */
export class CoordinatorListeners<T> {
  readonly #hub: Hub;
  readonly #jobs = new Set<Job<[]>>();
  /** What is told now, and what will be told then. */
  readonly #news: News<T>[] = [];

  constructor(hub: Hub) {
    this.#hub = hub;
  }

  get size(): number {
    return this.#jobs.size;
  }

  /** What is being told now. */
  get news(): News<T> | undefined {
    return this.#news[0];
  }

  add(job: Job<[]>): this {
    this.#jobs.add(job);
    return this;
  }

  delete(job: Job<[]>): this {
    this.#jobs.delete(job);
    return this;
  }

  /** Calls each on its own: one that is removed meanwhile not, one that is added the next time. */
  tell(news: News<T>): void {
    if (this.#news.push(news) > 1) return; // by a listener
    for (; this.#news.length > 0; this.#news.shift())
      for (const job of [...this.#jobs])
        if (this.#jobs.has(job) && !this.#hub.scope.closed) void this.#hub.runJob(job);
  }
}
