import { AsyncLocalStorage, executionAsyncResource } from 'node:async_hooks';
import type { Scope } from '../ownership/scope.js';
import type { Context } from './context.js';
import type { ProbedHub } from './probe.js';

/**
 * What is running at this moment: code of which hub, caused by what, as which task.
 *
 * Two carriers hold it. A plain variable is set around every call into somebody else's code: it
 * costs nothing and is exact, but ends at the first `await`. An AsyncLocalStorage carries it over
 * `await`, but only into code that was begun inside `runAsync` or `enterAsync`. RxJS operators
 * hold values back and let them go in the flow of a later one, so what a stream calls runs with
 * the second carrier empty: it may then be unknown what caused a timer, but it is never wrong.
 */
export class Execution {
  readonly hub: ProbedHub | null;
  /** Filled later for an async listener: its task is made of what it returns. */
  task: RunningTask | null;
  /** The number of the activity that is running, for the activity feed; 0 when nobody looks. */
  readonly activity: number;
  /** For whom it runs, where that is known; filled later like `task`. */
  owner: Scope | null;
  /**
   * The event that caused it, if it is known. Changes only in the one execution that a dispatcher
   * uses for all calls that cannot await.
   */
  event: Cause | null;
  readonly #context: Context | null;

  constructor(
    hub: ProbedHub | null,
    context: Context | null,
    task: RunningTask | null = null,
    activity = 0,
    owner: Scope | null = null,
    event: Cause | null = null,
  ) {
    this.hub = hub;
    this.task = task;
    this.activity = activity;
    this.owner = owner;
    this.event = event;
    this.#context = context;
  }

  get context(): Context | null {
    return this.#context ?? this.event?.context ?? null;
  }
}

/** As much of an event as is needed to know what it led to. */
export interface Cause {
  readonly context: Context;
}

/** As much of a task as is needed to know whether one waits for the other. */
export interface RunningTask {
  readonly name: string;
  /** The task in which this one was started, while both run. */
  readonly parentTask: RunningTask | null;
  /** It has asked the hub to stop: who waits for it now waits for itself. */
  waitsForStop: boolean;
}

const carrier = new AsyncLocalStorage<Execution | undefined>();
let running: Execution | undefined;

/**
 * Every tick of a `setInterval` would name what once began the interval, for ever. So the carrier
 * is not handed on to one: up to Node 22 it is handed from resource to resource by this method,
 * which Node keeps for itself; where it is missing, a tick is recognised when it asks.
 */
type Spread = (resource: object, trigger: object, type: string) => void;
const own = carrier as unknown as { _propagate?: Spread };
const { _propagate: spread } = own;
if (typeof spread === 'function')
  own._propagate = function (this: unknown, resource, trigger, type) {
    if (type !== 'Timeout' || !isInterval(resource)) spread.call(this, resource, trigger, type);
  };

const isKeptFromTicks = typeof spread === 'function';
/** The tick in which something was begun, if it was in one. */
const enteredIn = new WeakMap<Execution, object>();

let isInUse = false; // asking the carrier costs something, and many hubs never fill it

/** What is running now, if it is code of a hub. */
export function currentExecution(): Execution | undefined {
  return running ?? carriedExecution();
}

/** Who or what caused the code that is running now, as far as that can be known. */
export function currentContext(): Context | null {
  return currentExecution()?.context ?? null;
}

/** Puts `execution` into the plain variable and returns what was there; restore it in `finally`. */
export function swapRunning(execution: Execution | undefined): Execution | undefined {
  const previous = running;
  running = execution;
  return previous;
}

/** What code that is running now would find after an `await`. */
export function carriedExecution(): Execution | undefined {
  return isInUse ? askCarrier() : undefined; // as short as this V8 puts it into every `fire`
}

function askCarrier(): Execution | undefined {
  const carried = carrier.getStore();
  if (carried === undefined || isKeptFromTicks) return carried;
  const resource = executionAsyncResource();
  if (!isInterval(resource) || enteredIn.get(carried) === resource) return carried;
  carrier.enterWith(undefined);
  return undefined;
}

/** What is begun in a tick is not what once began the interval. */
function noteTick(execution: Execution | undefined): void {
  if (isKeptFromTicks || execution === undefined) return;
  const resource = executionAsyncResource();
  if (isInterval(resource)) enteredIn.set(execution, resource);
}

/**
 * From here to the next call of this function, what is begun carries `execution` over `await`.
 * Restore what `carriedExecution()` was in a `finally`, before the current turn ends.
 */
export function enterAsync(execution: Execution | undefined): void {
  isInUse = true;
  noteTick(execution);
  carrier.enterWith(execution);
}

/** Calls `fn` as part of `execution`, over every `await` inside it. */
export function runAsync<T>(execution: Execution, fn: () => T): T {
  const previous = swapRunning(execution);
  isInUse = true;
  noteTick(execution);
  try {
    return carrier.run(execution, fn);
  } finally {
    swapRunning(previous);
  }
}

/** Calls `fn` as part of `execution`, but only until its first `await` or timer. */
export function runSync<T>(execution: Execution | undefined, fn: () => T): T {
  const previous = swapRunning(execution);
  try {
    return carriedExecution() === undefined ? fn() : carrier.run(undefined, fn);
  } finally {
    swapRunning(previous);
  }
}

/** Calls `fn` as something that nothing caused: the tick of a timer, the start of a program. */
export function runUncaused<T>(fn: () => T): T {
  return runSync(undefined, fn);
}

// Node's timers are their own async resource; the repeating ones have this field filled.
function isInterval(resource: object): boolean {
  return typeof (resource as { _repeat?: unknown })._repeat === 'number';
}
