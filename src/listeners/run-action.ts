import { Observable, type OperatorFunction, type Subscriber, type Subscription } from 'rxjs';
import { BusObservable } from '../events/bus-observable.js';
import { checkCount, checkOneOf } from '../errors/check-option.js';
import type { Overflow } from './action-runs.js';
import { type Action, ActionSubscriber } from './action-subscriber.js';

/** What happens to a value that comes while the action still runs; Home Assistant's four modes. */
export type ActionMode = 'single' | 'restart' | 'queued' | 'parallel';

/** How often, how many and under which name. */
export interface ActionOptions<T> {
  /**
   * `single`: the value is dropped. `restart`: the run is cancelled, and the action runs with the
   * new value when it has ended. `queued`: the value waits for its turn. `parallel`: it runs too.
   * @default 'single'
   */
  readonly mode?: ActionMode | undefined;
  /** Runs at most, those that wait included; for `queued` and `parallel`. @default 10 */
  readonly max?: number | undefined;
  /**
   * What happens when there is no room. `drop-newest`: the value is dropped, as in Home Assistant.
   * `drop-oldest`: the one that has waited longest is dropped, or, if none waits, the oldest run
   * cancelled. `latest-by-key`: in all modes but `restart` the newest value of each key waits.
   * `error`: the pipeline fails with an `OverflowError`. @default 'drop-newest'
   */
  readonly overflow?: Overflow | undefined;
  /** For `latest-by-key`. @default all values have the same key */
  readonly key?: ((value: T) => unknown) | undefined;
  /** @default the name of the function */
  readonly name?: string | undefined;
}

const MODES: readonly string[] = ['single', 'restart', 'queued', 'parallel'];
const OVERFLOWS: readonly string[] = ['drop-oldest', 'drop-newest', 'latest-by-key', 'error'];

/**
 * Runs an action for the values of a stream, and gives its results in the order in which they end.
 *
 *     changes                          -a-b--------|     each run takes 3
 *     runAction(fn, single)            ----A-------|     b is dropped
 *     runAction(fn, restart)           ------B-----|     a is cancelled, told by its signal
 *     runAction(fn, queued)            ----A--B----|
 *     runAction(fn, parallel)          ----A-B-----|
 *
 * On a stream of a hub each run is a tracked task of the stream's owner, caused by its value, so
 * everything it does can be traced to that. A run that fails is reported and the stream goes on.
 * On any other stream its error is passed on.
 *
 * Completes when the source has, and all that runs or waits has ended. An error of the source
 * passes at once; that, unsubscribing and unloading cancel what runs and drop what waits. Counters
 * of what was dropped are in `hub.snapshot().flows`.
 *
 * @throws InvalidOptionError naming the option and the value.
 */
export function runAction<T, R>(
  action: Action<T, R>,
  options: ActionOptions<T> = {},
): OperatorFunction<T, R> {
  const { mode = 'single', max = 10, overflow = 'drop-newest' } = options;
  checkCount('max', max);
  checkOneOf('mode', mode, MODES);
  checkOneOf('overflow', overflow, OVERFLOWS);
  const key = options.key ?? (() => undefined);
  const limits = {
    limit: mode === 'parallel' ? max : 1,
    capacity: mode === 'queued' ? max - 1 : 0,
    overflow,
    key,
    restarts: mode === 'restart',
  };
  const name = options.name ?? (action.name || 'action');
  return (source) => {
    const owner = source instanceof BusObservable ? source.owner : undefined;
    const connect = (values: Observable<T>, results: Subscriber<R>): Subscription =>
      values.subscribe(new ActionSubscriber(results, { action, name, mode, limits, owner }));
    if (source instanceof BusObservable) return (source as BusObservable<T>).reconnect<R>(connect);
    return new Observable<R>((results) => connect(source, results));
  };
}
