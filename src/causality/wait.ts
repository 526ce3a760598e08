import { now } from '../clock/clock.js';
import type { Scope } from '../ownership/scope.js';
import { currentExecution, Execution, runSync } from './execution.js';
import type { Activity, ProbeSlot } from './probe.js';

type About = Pick<Activity, 'kind' | 'name' | 'owner' | 'parent' | 'context'>;

/** What has led to a wait. */
export type WaitCause = Pick<Execution, 'activity' | 'context'>;

const NOTHING: WaitCause = { activity: 0, context: null };

/** What has led to what is waited for once: the code that is running now, or nothing of a hub. */
export function causeOfWait(): WaitCause {
  return currentExecution() ?? NOTHING;
}

/** How a wait can end. */
export type WaitStatus = 'done' | 'failed' | 'cancelled';

/**
 * A timer or a timeout in the activity feed, told at its start and once at its end. There is none
 * while nobody looks: whoever waits holds `null`, and that is all that it costs.
 */
export class Wait {
  readonly #slot: ProbeSlot;
  readonly #start: Activity;
  #isOver = false;

  private constructor(slot: ProbeSlot, start: Activity) {
    this.#slot = slot;
    this.#start = start;
  }

  /** What the code that is running now waits for, for `ms` milliseconds; outside of a hub's, none. */
  static ofCode(kind: 'timer' | 'timeout', name: string, ms: number): Wait | null {
    const running = currentExecution();
    const slot = running?.hub?.probe;
    if (slot === undefined || slot.probe === null) return null;
    const owner = running?.owner?.name ?? 'hub';
    const { activity: parent, context } = running as Execution;
    return Wait.#begin(slot, { kind, name, owner, parent, context }, { dueAt: now() + ms });
  }

  /** Whether anybody would hear of a wait of `scope`. */
  static isSeen({ hub }: Scope): boolean {
    return hub !== null && hub.probe.probe !== null;
  }

  /**
   * What is waited for on behalf of `scope`, until `dueAt`; `cause`: what has led to it. Without one
   * it repeats: what a clock does again and again is led to by nothing, nor by whoever has set it.
   */
  static of(
    { hub, name: owner }: Scope,
    kind: 'timer' | 'timeout',
    name: string,
    dueAt: number,
    cause?: WaitCause,
  ): Wait | null {
    if (hub === null || hub.probe.probe === null) return null;
    const { activity: parent, context } = cause ?? NOTHING;
    const due = { dueAt, ...(cause === undefined && { repeats: true }) };
    return Wait.#begin(hub.probe, { kind, name, owner, parent, context }, due);
  }

  static #begin(slot: ProbeSlot, about: About, due: { readonly dueAt: number }): Wait | null {
    const id = slot.probe?.nextId() ?? 0;
    const detail = { ...due, dueAt: Number.isFinite(due.dueAt) ? due.dueAt : null };
    const start: Activity = { id, phase: 'start', at: now(), detail, ...about };
    slot.probe?.record(start);
    return new Wait(slot, start);
  }

  /** Its number in the feed. */
  get id(): number {
    return this.#start.id;
  }

  /** It is over; what is said later changes nothing. */
  end(status: WaitStatus, error?: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const detail = { ...this.#start.detail, status, ...(error !== undefined && { error }) };
    this.#slot.probe?.record({ ...this.#start, phase: 'end', at: now(), detail });
  }
}

/**
 * Calls `fn` as what a timer of `scope` has begun, until its first `await` or timer. Nothing on the
 * bus caused it, so it has no context; but the feed knows by which timer it was called.
 */
export function runByTimer<T>(scope: Scope, wait: Wait | null, fn: () => T): T {
  return runSync(new Execution(scope.hub, null, null, wait?.id ?? 0, scope), fn);
}
