import type { Observable, Subscriber, Subscription } from 'rxjs';
import { Fence } from '../ownership/fence.js';
import type { Scope } from '../ownership/scope.js';
import { BusObservable } from './bus-observable.js';
import { startAlone } from './start-alone.js';

/** Any stream, in the hands of a scope: it ends with it and its subscribers are isolated. */
export class OwnedObservable<T> extends BusObservable<T> {
  readonly #stream$: Observable<T>;

  constructor(stream: Observable<T>, scope: Scope) {
    const report = scope.report.bind(scope);
    super({
      fence: new Fence(scope, report, false),
      endsWithHub: false,
      report,
      hub: null,
      currentEvent: () => null,
      startWork: startAlone,
      showFlow: () => () => undefined,
      follow: (result, name) => {
        Promise.resolve(result).catch((error: unknown) =>
          report({ error, source: 'subscriber', owner: scope.name, name }),
        );
      },
    });
    this.#stream$ = stream;
  }

  override _subscribe(subscriber: Subscriber<T>): Subscription {
    return this.#stream$.subscribe(subscriber);
  }
}
