import { type Observer, Subscriber, UnsubscriptionError } from 'rxjs';
import { currentContext, currentExecution, Execution, runSync } from '../causality/execution.js';
import type { FailureSource } from '../errors/report.js';
import { eventActivity } from './activity.js';
import { BusEvent } from './bus-event.js';
import { attachTo, type StreamOwner } from './stream-owner.js';

/** The end of a pipeline: isolates what the observer throws, and belongs to the stream's scope. */
export class FinalSubscriber<T> extends Subscriber<T> {
  readonly name: string;
  readonly #observer: Partial<Observer<T>>;
  readonly #owner: StreamOwner;

  constructor(observer: Partial<Observer<T>>, owner: StreamOwner) {
    super();
    this.#observer = observer;
    this.#owner = owner;
    this.name = observer.next?.name || 'subscriber';
    this.add(attachTo(owner, this));
  }

  /** As part of a scope: the pipeline ends without completing, so nothing held back is let go. */
  silence(): void {
    this.unsubscribe();
  }

  /** A teardown of the pipeline that throws is reported, and the others are run. */
  override unsubscribe(): void {
    try {
      super.unsubscribe();
    } catch (failure) {
      const errors = failure instanceof UnsubscriptionError ? failure.errors : [failure];
      for (const error of errors) this.#report(error, 'teardown');
    }
  }

  protected override _next(value: T): void {
    try {
      if (currentExecution() !== undefined) this.#follow(this.#observer.next?.(value));
      else this.#runAlone(value);
    } catch (error) {
      this.#report(error, 'subscriber');
    }
  }

  /** Let go by a timer, nothing is running; but it is known whose it is, and an event its context. */
  #runAlone(value: T): void {
    const { hub, fence } = this.#owner;
    const event = value instanceof BusEvent ? value : null;
    const activity = event === null ? 0 : eventActivity(event);
    const execution = new Execution(
      hub,
      event?.context ?? null,
      null,
      activity,
      fence.scope,
      event,
    );
    runSync(execution, () => this.#follow(this.#observer.next?.(value)));
  }

  protected override _error(error: unknown): void {
    this.unsubscribe();
    if (!this.#observer.error) this.#report(error, 'subscriber');
    else this.#attempt(() => this.#follow(this.#observer.error?.(error)));
  }

  protected override _complete(): void {
    this.unsubscribe();
    this.#attempt(() => this.#follow(this.#observer.complete?.()));
  }

  /** An async observer may fail later. */
  #follow(result: unknown): void {
    if (result !== undefined) this.#owner.follow(result, this.name);
  }

  #attempt(fn: () => void): void {
    try {
      fn();
    } catch (error) {
      this.#report(error, 'subscriber');
    }
  }

  #report(error: unknown, source: FailureSource): void {
    const event = this.#owner.currentEvent();
    this.#owner.report({
      error,
      source,
      owner: this.#owner.fence.scope.name,
      name: this.name,
      ...(event && { event }),
      context: currentContext(),
    });
  }
}
