/**
 * The one place that touches the clock and the timers. They are read from the globals at the
 * moment of the call, so that `rxhome/testing` can put a virtual clock in their place.
 */

/** Ends a timer; does nothing when it is called again or after the timer has run. */
export type CancelTimer = () => void;

/** Milliseconds since 1970. */
export function now(): number {
  return Date.now();
}

/**
 * Milliseconds of a clock that nobody sets: for spans. A small computer may learn the date minutes
 * after it has started, and `now()` then jumps by years.
 */
export function monotonic(): number {
  return performance.now();
}

/** When this process began, in milliseconds since 1970; never virtual, like the times of files. */
export const processStart = performance.timeOrigin;

/** An instant as ISO text in UTC. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** An instant as the `Date` that a library wants. */
export function dateOf(ms: number): Date {
  return new Date(ms);
}

/**
 * Runs `fn` once, after `ms` milliseconds; longer than a timer of Node can take is waited out in
 * steps. The timer does not keep the process alive when `unref` is set.
 */
export function after(ms: number, fn: () => void, { unref = false } = {}): CancelTimer {
  if (ms > LONGEST_TIMER_MS) return afterLong(ms, fn, unref);
  const handle = setTimeout(fn, ms);
  if (unref && typeof handle === 'object') handle.unref();
  return () => clearTimeout(handle);
}

function afterLong(ms: number, fn: () => void, unref: boolean): CancelTimer {
  let cancel = after(
    LONGEST_TIMER_MS,
    () => {
      cancel = after(ms - LONGEST_TIMER_MS, fn, { unref });
    },
    { unref },
  );
  return () => cancel();
}

/** Runs `fn` every `ms` milliseconds, the first time after `ms`. */
export function every(ms: number, fn: () => void, { unref = false } = {}): CancelTimer {
  if (ms > LONGEST_TIMER_MS) return everyLong(ms, fn, unref);
  const handle = setInterval(fn, ms);
  if (unref && typeof handle === 'object') handle.unref();
  return () => clearInterval(handle);
}

function everyLong(ms: number, fn: () => void, unref: boolean): CancelTimer {
  const arm = (): CancelTimer =>
    after(
      ms,
      () => {
        cancel = arm();
        fn();
      },
      { unref },
    );
  let cancel = arm();
  return () => cancel();
}

/** Runs `fn` in the next turn of the event loop, after every promise that is settled by now. */
export function nextTurn(fn: () => void): CancelTimer {
  const handle = setImmediate(fn);
  return () => clearImmediate(handle);
}

// Node keeps the delay in 32 bits and runs longer timers at once.
const LONGEST_TIMER_MS = 2 ** 31 - 1;
