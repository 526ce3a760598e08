import {
  catchError,
  defer,
  EMPTY,
  merge,
  type MonoTypeOperatorFunction,
  type Observable,
  throwError,
} from 'rxjs';

/**
 * Goes on after an error: reports it and subscribes to the source again, so that one bad value
 * does not end a pipeline. Put it behind the operator that may fail.
 *
 *     source                       -a-b-c--|    an operator before it fails on b
 *     map(fails on b)              -a-#
 *     map(…), keepAlive(report)    -a---c--|    b is reported
 *
 * It is meant for hot sources. An error that comes at once, while it subscribes again, is passed
 * on, because a source that always fails would be subscribed for ever. Completes with its source;
 * what is pending in the operators before it is lost with the error.
 */
export function keepAlive<T>(report: (error: unknown) => void): MonoTypeOperatorFunction<T> {
  let isSubscribing = false;
  const hasSubscribed = defer(() => {
    isSubscribing = false;
    return EMPTY;
  });
  return (source) =>
    source.pipe(
      catchError((error: unknown, again: Observable<T>) => {
        const cameAtOnce = isSubscribing;
        isSubscribing = !cameAtOnce;
        if (cameAtOnce) return throwError(() => error);
        report(error);
        return merge(again, hasSubscribed);
      }),
    );
}
