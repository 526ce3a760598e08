import { type Observer, Subscription, type UnsubscriptionError } from 'rxjs';
import type { Owned } from '../ownership/owned.js';
import type { Completable } from './listener-node.js';
import type { StreamOwner } from './stream-owner.js';

/** One connection of a stream with its source; `remove` ends it. */
export interface Connection extends Owned {
  remove(): void;
}

/**
 * What somebody holds who has subscribed without an operator in between. One object for all that
 * has to be remembered: there may be as many as there are entities.
 */
export class DirectSubscription<T> extends Subscription implements Owned, Completable {
  readonly name: string;
  readonly #owner: StreamOwner;
  readonly #observer: Partial<Observer<T>> | null;
  #connections: readonly Connection[] = [];

  constructor(owner: StreamOwner, observer: Partial<Observer<T>> | null, name: string) {
    super();
    this.#owner = owner;
    this.#observer = observer;
    this.name = name;
  }

  /** It may have ended by now: a stream that is over completes while one subscribes. */
  begin(connections: readonly Connection[]): void {
    if (this.closed) {
      for (const connection of connections) connection.remove();
      return;
    }
    this.#connections = connections;
    const { endsWithHub, fence } = this.#owner;
    if (!endsWithHub) fence.scope.attach(this);
  }

  override unsubscribe(): void {
    if (this.closed) return;
    for (const connection of this.#connections) connection.remove();
    this.#connections = [];
    const { endsWithHub, fence } = this.#owner;
    if (!endsWithHub) fence.scope.detach(this);
    this.#runTeardowns();
  }

  /** What somebody has added to it: one that throws is reported, as at the end of a pipeline. */
  #runTeardowns(): void {
    try {
      super.unsubscribe();
    } catch (failure) {
      const { errors } = failure as UnsubscriptionError;
      const owner = this.#owner.fence.scope.name;
      for (const error of errors)
        this.#owner.report({ error, source: 'teardown', owner, name: this.name });
    }
  }

  /** The stream is over. */
  complete(): void {
    this.unsubscribe();
    const result: unknown = this.#observer?.complete?.();
    if (result !== undefined) this.#owner.follow(result, this.name);
  }

  /** As part of a scope: it ends without completing. */
  silence(): void {
    this.unsubscribe();
  }
}
