import { after } from '../clock/clock.js';
import { TimeoutError } from '../errors/work-errors.js';
import type { CallOptions } from '../hub-api/services.js';
import type { Task } from '../jobs/task.js';
import { onAbort } from '../ownership/abort-relay.js';

/**
 * A call as its caller wants to wait for it, as the body of a task: it rejects at once when the
 * signal aborts or the time is over, and the service is told to end. The call is begun in it, so
 * that a service which unloads its own owner does not wait for its caller.
 */
export function limitCall<T>(
  begin: () => Task<T>,
  { signal, timeoutMs }: CallOptions,
): (cancelled: AbortSignal) => Promise<T> {
  return (cancelled) => {
    const call = begin();
    if (call.status !== 'running') return call;
    return new Promise<T>((resolve, reject) => {
      const end = (reason: unknown): void => {
        release();
        call.cancel(reason);
        reject(reason);
      };
      const abort = (): void => end(signal?.reason);
      const expire = (): void =>
        end(new TimeoutError(`\`${call.name}\` took longer than ${timeoutMs} ms.`));
      const releases = [
        onAbort(cancelled, () => call.cancel(cancelled.reason)),
        signal && onAbort(signal, abort),
        timeoutMs === undefined ? undefined : after(timeoutMs, expire),
      ];
      const release = (): void => releases.forEach((free) => free?.());
      call.then(resolve, reject);
      void call.ended.then(release);
      if (signal?.aborted) abort(); // by the service itself
    });
  };
}

/** Whether the caller waits otherwise than for as long as it takes. */
export function isLimited({ signal, timeoutMs }: CallOptions): boolean {
  return signal !== undefined || timeoutMs !== undefined;
}
