/**
 * What is late: a teardown, or a task as its kind says; `shutdown job` is one of
 * `addShutdownJob`, and `job` one that runs in a worker thread.
 */
export type LateKind =
  'task' | 'background task' | 'listener' | 'job' | 'service' | 'shutdown job' | 'teardown';

/** Something that was not over in time. */
export interface Late {
  readonly what: LateKind;
  /** The name of the scope to which it belongs. */
  readonly owner: string;
  readonly name: string;
  /** Milliseconds since it began; of a teardown since it was called. */
  readonly ageMs: number;
  /** Itself: whoever names it can tell whether it was named before. */
  readonly thing: object;
}

/** `task "poll" of folder_watcher (12.3 s)`: how something late is named. */
export function describeLate({ what, owner, name, ageMs }: Late): string {
  return `${what} "${name}" of ${owner} (${(ageMs / 1000).toFixed(1)} s)`;
}
