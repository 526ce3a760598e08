import { Subscriber } from 'rxjs';
import { currentExecution, type Execution, runSync } from '../causality/execution.js';
import { isThenable } from '../clock/is-thenable.js';
import { BusEvent } from '../events/bus-event.js';
import { startAlone } from '../events/start-alone.js';
import type { StreamOwner } from '../events/stream-owner.js';
import { ActionRuns, type Run, type RunLimits } from './action-runs.js';
import { activityOf, causeOf } from './cause-of.js';

/** What is done with a value; the signal aborts when it is cancelled or its owner is unloaded. */
export type Action<T, R> = (value: T, signal: AbortSignal) => R | PromiseLike<R>;

/** How the runs of one subscription are made. */
export interface ActionPlan<T, R> {
  readonly action: Action<T, R>;
  readonly name: string;
  readonly mode: string;
  readonly limits: RunLimits<T>;
  /** Whose work it is; of no hub, if the stream is of none. */
  readonly owner: StreamOwner | undefined;
}

/** One subscription of `runAction`: values in, results of runs out. */
export class ActionSubscriber<T, R> extends Subscriber<T> {
  readonly #results: Subscriber<R>;
  readonly #plan: ActionPlan<T, R>;
  readonly #runs: ActionRuns<T>;
  #isSourceComplete = false;

  constructor(results: Subscriber<R>, plan: ActionPlan<T, R>) {
    super();
    this.#results = results;
    this.#plan = plan;
    this.#runs = new ActionRuns(
      plan.limits,
      (value) => this.#begin(value),
      () => this.#completeIfDone(),
    );
    const runs = this.#runs;
    const hide = plan.owner?.showFlow({
      name: plan.name,
      mode: plan.mode,
      get counts() {
        return { ...runs.counts };
      },
    });
    results.add(this);
    // When the results are no longer wanted, whatever the reason.
    results.add(() => {
      this.#runs.close('unsubscribed');
      hide?.();
    });
  }

  protected override _next(value: T): void {
    try {
      this.#runs.add(value);
    } catch (error) {
      this.#results.error(error);
    }
  }

  protected override _error(error: unknown): void {
    this.#results.error(error);
  }

  protected override _complete(): void {
    this.#isSourceComplete = true;
    this.#completeIfDone();
  }

  #completeIfDone(): void {
    if (this.#isSourceComplete && this.#runs.isIdle) this.#results.complete();
  }

  /** A run, or nothing if the action did all its work at once. */
  #begin(value: T): Run | undefined {
    const { action, name, owner } = this.#plan;
    const event = value instanceof BusEvent ? value : null;
    const options = { name, context: causeOf(value), event, parent: activityOf(value) };
    let run: Execution | undefined;
    let done: (() => void) | undefined;
    const work = (owner?.startWork ?? startAlone)((signal) => {
      run = currentExecution();
      try {
        const result = action(value, signal);
        if (!isThenable(result)) done = () => this.#onDone(result, run);
        return result;
      } catch (error) {
        done = () => this.#onFailed(error, run);
        throw error;
      }
    }, options);
    const ended = work.then(
      (result) => done ?? this.#onDone(result, run),
      (error: unknown) => done ?? this.#onFailed(error, run),
    );
    if (done === undefined)
      return {
        ended: Promise.resolve(ended).then(() => undefined),
        cancel: (reason) => work.cancel(reason),
      };
    done();
    return undefined;
  }

  /** What the result leads to, up to the next timer, the run has led to. */
  #onDone(result: R, run: Execution | undefined): void {
    this.#runs.completed++;
    runSync(run, () => this.#results.next(result));
  }

  #onFailed(error: unknown, run: Execution | undefined): void {
    if ((error as { code?: unknown } | null)?.code === 'CANCELLED') return;
    this.#runs.failed++;
    const { owner, name } = this.#plan;
    if (!owner) {
      this.#results.error(error);
      return;
    }
    const { context, activity } = run ?? {};
    const about = { source: 'task', owner: owner.fence.scope.name, name } as const;
    owner.report({ error, ...about, context, activity });
  }
}
