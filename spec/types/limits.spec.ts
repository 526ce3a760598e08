import { describe, it } from '@jest/globals';
import { expectTypeOf } from 'expect-type';
import {
  cacheAsync,
  type CachedFunction,
  gather,
  gatherWithLimitedConcurrency,
  Mutex,
  Semaphore,
  type Thunk,
  type Unsubscribe,
  withTimeout,
} from 'rxhome';

interface Room {
  readonly celsius: number;
}
const fetchRoom = async (name: string, signal?: AbortSignal): Promise<Room> => ({
  celsius: signal?.aborted ? 0 : name.length,
});
const names = ['hall', 'attic'];

describe('the types of limits', () => {
  it('know each result of gather by its place', () => {
    const two = gather([() => 1, async () => 'a']);
    expectTypeOf(two).toEqualTypeOf<Promise<[number, string]>>();
    const typed = gather([(signal) => fetchRoom('hall', signal), () => undefined]);
    expectTypeOf(typed).toEqualTypeOf<Promise<[Room, undefined]>>();
    expectTypeOf(gather([])).toEqualTypeOf<Promise<[]>>();
    expectTypeOf(gather([() => 1, async () => 'a'], { limit: 1 })).toEqualTypeOf<
      Promise<[number, string]>
    >();
    const fixed = [() => 1, () => 'a'] as const;
    expectTypeOf(gather(fixed)).toEqualTypeOf<Promise<[number, string]>>();
  });

  it('know lists of functions, made on the spot or before', () => {
    const here = gather(names.map((name) => (signal) => fetchRoom(name, signal)));
    expectTypeOf(here).toEqualTypeOf<Promise<Room[]>>();
    const before: Thunk<Room>[] = names.map((name) => () => fetchRoom(name));
    expectTypeOf(gather(before)).toEqualTypeOf<Promise<Room[]>>();
    const limited = gatherWithLimitedConcurrency(
      2,
      names.map((name) => (signal) => fetchRoom(name, signal)),
    );
    expectTypeOf(limited).toEqualTypeOf<Promise<Room[]>>();
    function* jobs(): Generator<() => Promise<Room>> {
      for (const name of names) yield () => fetchRoom(name);
    }
    expectTypeOf(gatherWithLimitedConcurrency(2, jobs())).toEqualTypeOf<Promise<Room[]>>();
    const mixed = gatherWithLimitedConcurrency(2, [() => 1, async () => 'a']);
    expectTypeOf(mixed).toEqualTypeOf<Promise<(number | string)[]>>();
  });

  it('have errors among the results only when they can be there', () => {
    const errors = gather([() => 1, async () => 'a'], { returnExceptions: true });
    expectTypeOf(errors).toEqualTypeOf<Promise<[number | Error, string | Error]>>();
    const none = gather([() => 1], { returnExceptions: false });
    expectTypeOf(none).toEqualTypeOf<Promise<[number]>>();
    const perhaps = gather([() => 1], { returnExceptions: names.length > 1 });
    expectTypeOf(perhaps).toEqualTypeOf<Promise<[number | Error]>>();
    const limited = gatherWithLimitedConcurrency(2, [() => 1], { returnExceptions: true });
    expectTypeOf(limited).toEqualTypeOf<Promise<(number | Error)[]>>();
  });

  it('refuse what is no function, and unknown options', () => {
    const misuse = (): void => {
      // @ts-expect-error a promise has begun already
      void gather([() => 1, fetchRoom('hall')]);
      const promises = names.map((name) => fetchRoom(name));
      // @ts-expect-error a list of promises
      void gatherWithLimitedConcurrency(2, promises);
      // @ts-expect-error camelCase in TypeScript
      void gather([() => 1], { return_exceptions: true });
      // @ts-expect-error the limit is the first argument
      void gatherWithLimitedConcurrency([() => 1]);
      // @ts-expect-error the limit is the first argument, and nowhere else
      void gatherWithLimitedConcurrency(1, [() => 1], { limit: 2 });
    };
    expectTypeOf(misuse).toBeFunction();
  });

  it('know what a timeout lets through', () => {
    const cases = () => ({
      fn: withTimeout(5, (signal) => fetchRoom('hall', signal)),
      plain: withTimeout(5, () => 1),
      promise: withTimeout(5, fetchRoom('hall')),
    });
    expectTypeOf(cases).returns.toEqualTypeOf<{
      fn: Promise<Room>;
      plain: Promise<number>;
      promise: Promise<Room>;
    }>();
    const misuse = (): void => {
      // @ts-expect-error milliseconds
      void withTimeout('5s', () => 1);
      // @ts-expect-error neither a function nor a promise
      void withTimeout(5, 'work');
    };
    expectTypeOf(misuse).toBeFunction();
  });

  it('know a cached function by its arguments, its result and its key', () => {
    const byName = cacheAsync((name: string) => fetchRoom(name), { ttlMs: 1_000 });
    expectTypeOf(byName).toEqualTypeOf<CachedFunction<[name: string], Room, string>>();
    expectTypeOf(byName).returns.toEqualTypeOf<Promise<Room>>();
    expectTypeOf(byName.size).toEqualTypeOf<number>();
    const one = cacheAsync(() => 5);
    expectTypeOf(one).toEqualTypeOf<CachedFunction<[], number, undefined>>();
    const port = async (host: string, port: number): Promise<string> => `${host}:${port}`;
    const byBoth = cacheAsync(port, { key: (host, at) => `${host}:${at}` });
    expectTypeOf(byBoth).parameters.toEqualTypeOf<[host: string, port: number]>();
    const optional = async (host: string, port: number, signal?: AbortSignal): Promise<string> =>
      `${host}:${port}${signal?.aborted}`;
    const withSignal = cacheAsync(optional, { key: (host, at) => `${host}:${at}` });
    expectTypeOf(withSignal).parameters.toEqualTypeOf<Parameters<typeof optional>>();
    expectTypeOf(byBoth.delete).parameters.toEqualTypeOf<[key: string]>();
    const misuse = (): void => {
      // @ts-expect-error which of the two would be the key?
      cacheAsync(port);
      // @ts-expect-error a name is no number
      byName.delete(5);
      // @ts-expect-error it has a size, which is counted
      byName.size = 0;
      // @ts-expect-error in milliseconds, and named so
      cacheAsync(() => 5, { ttl: 1_000 });
    };
    expectTypeOf(misuse).toBeFunction();
  });

  it('know places', () => {
    expectTypeOf(new Semaphore(2).acquire()).toEqualTypeOf<Promise<Unsubscribe>>();
    expectTypeOf(new Mutex().run(async () => 'a')).toEqualTypeOf<Promise<string>>();
  });
});
