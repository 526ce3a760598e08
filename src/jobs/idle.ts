import { currentExecution } from '../causality/execution.js';
import { now } from '../clock/clock.js';
import type { Task } from './task.js';

/** What is known of a task that waits idly, or has. */
interface Idleness {
  waits: number;
  busySince: number;
  /** Told when it waits. */
  readonly told: Set<() => void>;
}

const known = new WeakMap<Task<unknown>, Idleness>();

/**
 * The task whose code is running now; `null` outside of one, and in an async listener up to its
 * first `await`. With `causality: 'explicit'` only a task's code up to its first `await` is known.
 */
export function currentTask(): Task<unknown> | null {
  return (currentExecution()?.task ?? null) as Task<unknown> | null;
}

/**
 * Waits, and says that the task has nothing else to do meanwhile: it waits for a time to come, or
 * for something in the home, as the run of an automation does that turns a light off after twenty
 * minutes. As long as that lasts the start of the hub does not wait for the task, and it is not
 * named as slow.
 *
 * Everything else is as before: `blockTillDone` waits for it, and so do the stop of the hub and the
 * closing of its owner. To end it then is the business of `wait`, which is not told here. Settles as
 * what `wait` gives; one that throws, or gives no promise, is the same as one that rejects or
 * resolves with it.
 *
 * @param task of no task (`null`) nothing is said @default the one whose code is running now
 */
export async function whileIdle<T>(
  wait: () => T | PromiseLike<T>,
  task?: Task<unknown> | null,
): Promise<T> {
  const running = currentExecution();
  const waiting = (async () => wait())();
  waiting.catch(() => undefined); // it is awaited below
  await Promise.resolve(); // of an async listener a task is made when it has come to its first `await`
  const idler = task === undefined ? ((running?.task ?? null) as Task<unknown> | null) : task;
  if (idler === null) return waiting;
  const idleness = idlenessOf(idler);
  idleness.waits++;
  for (const tell of [...idleness.told]) tell();
  try {
    return await waiting;
  } finally {
    idleness.waits--;
    idleness.busySince = now();
  }
}

export function isIdle(task: Task<unknown>): boolean {
  return (known.get(task)?.waits ?? 0) > 0;
}

/** Since when it has been at work: its start, or the end of its last idle wait. */
export function busySince(task: Task<unknown>): number {
  return known.get(task)?.busySince ?? task.startedAt;
}

/** Calls back when one of the tasks begins to wait idly. Returns the end of that. */
export function onIdle(tasks: readonly Task<unknown>[], tell: () => void): () => void {
  const asked = tasks.map((task) => idlenessOf(task).told);
  for (const told of asked) told.add(tell);
  return () => {
    for (const told of asked) told.delete(tell);
  };
}

function idlenessOf(task: Task<unknown>): Idleness {
  let idleness = known.get(task);
  if (idleness === undefined) {
    idleness = { waits: 0, busySince: task.startedAt, told: new Set() };
    known.set(task, idleness);
  }
  return idleness;
}
