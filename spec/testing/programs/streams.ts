import { sleep, withTimeout } from 'rxhome';
import {
  auditTime,
  bufferTime,
  combineLatest,
  concat,
  concatMap,
  debounceTime,
  defer,
  delay,
  exhaustMap,
  firstValueFrom,
  from,
  fromEvent,
  interval,
  lastValueFrom,
  map,
  merge,
  mergeMap,
  NEVER,
  of,
  race,
  repeat,
  retry,
  shareReplay,
  startWith,
  Subject,
  switchMap,
  take,
  takeUntil,
  tap,
  throttleTime,
  timeout,
  timer,
  toArray,
  withLatestFrom,
  zip,
  type Observable,
} from 'rxjs';
import { retryWithBackoff, throttleByKey, timeoutAfter } from 'rxhome/operators';
import { failure, type Log, type Programs } from './program.js';

/** Subscribes, says what comes, and resolves at the end. */
function follow(stream: Observable<unknown>, name: string, log: Log): Promise<void> {
  return new Promise((resolve) =>
    stream.subscribe({
      next: (value) => log(`${name} ${String(value)}`),
      error: (error: unknown) => {
        log(`${name} failed: ${String(error)}`);
        resolve();
      },
      complete: () => {
        log(`${name} complete`);
        resolve();
      },
    }),
  );
}

async function asked(question: string, ms: number): Promise<string> {
  await sleep(ms);
  return `${question}!`;
}

/** Streams of RxJS with promises and timers in them. */
export const streams: Programs = {
  'a debounced stream': async (log) => {
    const typed = new Subject<number>();
    typed.pipe(debounceTime(50)).subscribe((n) => log(`debounced ${n}`));
    for (const pause of [20, 25, 100, 20, 100]) {
      typed.next(pause);
      log(`typed ${pause}`);
      await sleep(pause);
    }
  },
  'a delayed stream and the same without delay': (log) =>
    Promise.all([
      follow(interval(50).pipe(take(3), delay(25)), 'delayed', log),
      follow(interval(50).pipe(take(3)), 'direct', log),
    ]),
  'mergeMap of promises': (log) =>
    follow(
      interval(40).pipe(
        take(3),
        mergeMap((n) => asked(`${n}`, 140 - 60 * n)),
      ),
      'got',
      log,
    ),
  'switchMap of promises': (log) =>
    follow(
      concat(timer(20), timer(20), timer(80)).pipe(
        map((_, i) => i),
        tap((i) => log(`ask ${i}`)),
        switchMap((i) => asked(`${i}`, 50)),
      ),
      'answer',
      log,
    ),
  'concatMap and exhaustMap of one source': (log) => {
    const source = interval(40).pipe(take(4));
    return Promise.all([
      follow(source.pipe(concatMap((n) => asked(`${n}`, 60))), 'queued', log),
      follow(source.pipe(exhaustMap((n) => timer(100).pipe(map(() => n)))), 'single', log),
    ]);
  },
  'timeout and retry': async (log) => {
    let attempts = 0;
    const slow = defer(async () => {
      log(`attempt ${++attempts}`);
      await sleep(attempts < 3 ? 500 : 10);
      return 'ok';
    });
    log(await firstValueFrom(slow.pipe(timeout(60), retry({ count: 3, delay: 20 }))));
  },
  'retries of ours, with their waits': async (log) => {
    let attempts = 0;
    const flaky = defer(async () => {
      if (++attempts < 4) throw new Error(`no ${attempts}`);
      return 'yes';
    });
    setTimeout(() => log('at 50'), 50);
    const plan = { attempts: 5, initialMs: 25, jitter: 'none' } as const;
    const onRetry = (error: unknown): void => log((error as Error).message);
    await follow(flaky.pipe(retryWithBackoff({ ...plan, onRetry })), 'came', log);
  },
  'a race of streams': (log) =>
    follow(
      race(
        timer(60).pipe(map(() => 'timer')),
        from(asked('promise', 30)),
        NEVER.pipe(startWith('at once'), delay(90)),
      ),
      'won by',
      log,
    ),
  'combineLatest of two rhythms': (log) =>
    follow(
      combineLatest([interval(50).pipe(take(3)), timer(25, 100).pipe(take(2))]).pipe(
        map(([a, b]) => `${a}+${b}`),
      ),
      'both',
      log,
    ),
  'zip and withLatestFrom': (log) => {
    const quick = interval(40).pipe(take(4));
    const slow = timer(60, 80).pipe(take(2));
    return Promise.all([
      follow(zip(quick, slow).pipe(map(String)), 'zip', log),
      follow(slow.pipe(withLatestFrom(quick), map(String)), 'latest', log),
    ]);
  },
  'throttled and audited': (log) => {
    const source = interval(40).pipe(take(6), shareReplay({ bufferSize: 1, refCount: false }));
    return Promise.all([
      follow(source.pipe(throttleTime(100)), 'throttled', log),
      follow(source.pipe(auditTime(100)), 'audited', log),
    ]);
  },
  'buffers of time': (log) =>
    follow(interval(40).pipe(take(5), bufferTime(140), map(String)), 'buffer', log),
  'a stream that is repeated': (log) =>
    follow(defer(() => asked('again', 30)).pipe(repeat({ count: 3, delay: 25 })), 'said', log),
  'a late subscriber of a replay': async (log) => {
    const shared = interval(40).pipe(take(4), shareReplay({ bufferSize: 1, refCount: false }));
    const first = follow(shared, 'first', log);
    await sleep(100);
    await Promise.all([first, follow(shared, 'late', log)]);
  },
  'an end from outside': (log) => {
    const end = new Subject<void>();
    setTimeout(() => end.next(), 130);
    return Promise.all([
      follow(interval(50).pipe(takeUntil(end)), 'until', log),
      follow(merge(end.pipe(map(() => 'end')), timer(200)).pipe(take(1)), 'seen', log),
    ]);
  },
  'an interval read with for await': async (log) => {
    setTimeout(() => log('between'), 90);
    const values = await lastValueFrom(interval(60).pipe(take(2), toArray()));
    for (const value of values) log(`value ${value}`);
    log(await firstValueFrom(of('at once').pipe(delay(20))));
  },
  'events of a target and a timeout': async (log) => {
    const target = new EventTarget();
    const [a, b] = [40, 80].map((ms) =>
      setTimeout(() => target.dispatchEvent(new Event('ping')), ms),
    );
    const pings = fromEvent(target, 'ping').pipe(map((event) => event.type));
    await follow(pings.pipe(timeoutAfter(60)), 'heard', log);
    log(`${a?.hasRef()} ${b?.hasRef()}`);
  },
  'a limit for each key': (log) =>
    follow(
      interval(60).pipe(
        take(6),
        map((n) => `${n % 2 ? 'odd' : 'even'} ${n}`),
        throttleByKey(140, (text) => text.slice(0, 3)),
      ),
      'let through',
      log,
    ),
  'a promise that is too late for a stream': async (log) => {
    const answer = asked('late', 60);
    log(await failure(withTimeout(30, answer)));
    await follow(from(answer), 'still', log);
  },
};
