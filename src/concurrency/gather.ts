import { checkCount } from '../errors/check-option.js';
import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';
import { checkThunks, type LimitedGatherOptions, LimitedRun, type Thunk } from './limited-run.js';

/** How many run at once, what becomes of errors, and what ends it all. */
export interface GatherOptions extends LimitedGatherOptions {
  /** How many run at once: a whole number from 1 up. @default all of them */
  readonly limit?: number | undefined;
}

/** That the first error ends it, so that there is none among the results. */
interface WithoutExceptions {
  readonly returnExceptions?: false | undefined;
}

/** The results of thunks, each in the place of its thunk. */
export type Gathered<F extends readonly unknown[], E = never> = {
  -readonly [Index in keyof F]: F[Index] extends (signal: AbortSignal) => infer R
    ? Awaited<R> | E
    : never;
};

/**
 * Runs functions side by side and gives their results in the order of the functions.
 *
 *     const [hall, attic] = await gather([
 *       (signal) => fetchRoom('hall', { signal }),
 *       (signal) => fetchRoom('attic', { signal }),
 *     ]);
 *
 * They are called at once, in order, as many as `limit` allows, and the others as these end. All
 * get one signal. The first error rejects and aborts that signal, with the error as its reason;
 * no more are called, and what the ones that run do or throw then is ignored: they were told to
 * end. With `returnExceptions` errors stand in the place of results (`Promise.allSettled` wraps
 * them, this does not), so throw only instances of `Error` there.
 *
 * It belongs to whoever awaits it. The caller's `signal` ends it like an error whose value is the
 * reason, also with `returnExceptions`. Nothing stays on that signal.
 *
 * @throws (as a rejection) InvalidOptionError, before anything is called: for a limit, and for
 *   what is no function, such as a promise, with its index.
 */
export function gather<F extends readonly Thunk<unknown>[] | []>(
  thunks: F,
  options?: GatherOptions & WithoutExceptions,
): Promise<Gathered<F>>;
export function gather<F extends readonly Thunk<unknown>[] | []>(
  thunks: F,
  options: GatherOptions,
): Promise<Gathered<F, Error>>;
export async function gather(
  thunks: Iterable<Thunk<unknown>>,
  { limit, ...options }: GatherOptions = {},
): Promise<unknown[]> {
  checkIterable(thunks);
  const all = [...thunks];
  checkThunks(all);
  if (limit !== undefined) checkCount('limit', limit);
  return LimitedRun.of(limit ?? Infinity, all, options);
}

/**
 * Runs functions, at most `limit` of them at once, and gives their results in the order of the
 * functions: `gather` for many, or for more than are known yet.
 *
 *     const files = await gatherWithLimitedConcurrency(5, paths.map((path) => () => read(path)));
 *
 * The first `limit` are called at once, and each of the others when one has ended. The iterable is
 * asked for a function when its turn has come and not before, so a generator may make a million of
 * them, and stop when it likes. Errors, `returnExceptions`, signals and the end are those of
 * `gather`. An end before the iterable's own calls its `return()`. What the iterable itself throws
 * ends it like an error of a function, also with `returnExceptions`, because the list is not whole
 * then; so does what is no function.
 *
 * @param limit A whole number from 1 up.
 * @throws (as a rejection) InvalidOptionError for the limit, for what cannot be iterated, and for
 *   what is no function, with its index; in an array it is found before anything is called.
 */
export function gatherWithLimitedConcurrency<F extends Thunk<unknown>>(
  limit: number,
  thunks: Iterable<F>,
  options?: LimitedGatherOptions & WithoutExceptions,
): Promise<Awaited<ReturnType<F>>[]>;
export function gatherWithLimitedConcurrency<F extends Thunk<unknown>>(
  limit: number,
  thunks: Iterable<F>,
  options: LimitedGatherOptions,
): Promise<(Awaited<ReturnType<F>> | Error)[]>;
export async function gatherWithLimitedConcurrency(
  limit: number,
  thunks: Iterable<Thunk<unknown>>,
  options: LimitedGatherOptions = {},
): Promise<unknown[]> {
  checkIterable(thunks);
  if (Array.isArray(thunks)) checkThunks(thunks);
  checkCount('limit', limit);
  return LimitedRun.of(limit, thunks, options);
}

function checkIterable(thunks: Iterable<unknown> | null | undefined): void {
  if (typeof thunks?.[Symbol.iterator] === 'function') return;
  throw new InvalidOptionError(`Expected a list of functions, got ${quote(thunks)}.`);
}
