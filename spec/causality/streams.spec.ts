/* eslint-disable @typescript-eslint/no-misused-promises, rxjs-x/no-async-subscribe -- what people do all the same */
import { describe, expect, it } from '@jest/globals';
import type { BusEvent, Hub } from 'rxhome';
import { createTestHub, type TestHub } from 'rxhome/testing';
import {
  asapScheduler,
  asyncScheduler,
  auditTime,
  bufferTime,
  concatMap,
  debounceTime,
  delay,
  filter,
  interval,
  map,
  mergeMap,
  type Observable,
  observeOn,
  sample,
  switchMap,
  take,
  throttleTime,
  timeout,
  timer,
} from 'rxjs';
import { realMs, realUntil } from '../events/real-turn.js';

type Events = Observable<BusEvent>;
const MS = 4;

/** Pipelines that hold back, with what each effect must name: its own cause, or `none`. */
const shapes: [string, (events: Events, hub: Hub) => Observable<unknown>, RegExp][] = [
  [
    'map and filter',
    (e) =>
      e.pipe(
        map((x) => x),
        filter(Boolean),
      ),
    /^(\d) of \1$/,
  ],
  ['mergeMap(promise)', (e) => e.pipe(mergeMap(async (x) => x)), /^(\d) of \1$/],
  [
    'concatMap(timer)',
    (e) => e.pipe(concatMap((x) => timer(MS).pipe(map(() => x)))),
    /^(\d) of \1$/,
  ],
  [
    'switchMap(timer)',
    (e) => e.pipe(switchMap((x) => timer(MS).pipe(map(() => x)))),
    /^(\d) of \1$/,
  ],
  ['debounceTime', (e) => e.pipe(debounceTime(MS)), /^(\d) of \1$/],
  ['auditTime', (e) => e.pipe(auditTime(MS)), /^(\d) of \1$/],
  [
    'throttleTime, trailing',
    (e) => e.pipe(throttleTime(MS, undefined, { leading: true, trailing: true })),
    /^(\d) of \1$/,
  ],
  ['delay', (e) => e.pipe(delay(MS)), /^(\d) of \1$/],
  ['observeOn(asap)', (e) => e.pipe(observeOn(asapScheduler)), /^(\d) of \1$/],
  ['observeOn(async)', (e) => e.pipe(observeOn(asyncScheduler)), /^(\d) of \1$/],
  ['timeout', (e) => e.pipe(timeout({ first: 30_000 })), /^(\d) of \1$/],
  ['sample(interval)', (e) => e.pipe(sample(interval(MS))), /^(\d) of \1$/],
  [
    'debounceTime of data',
    (e) =>
      e.pipe(
        map(({ data }) => ({ data })),
        debounceTime(MS),
      ),
    /^(\d) of none$/,
  ],
  [
    'bufferTime',
    (e) =>
      e.pipe(
        bufferTime(MS),
        filter((list) => list.length > 0),
        map((list) => list.at(-1)),
      ),
    /^(\d) of (\1|none)$/,
  ],
  [
    'bufferTime of data',
    (e) =>
      e.pipe(
        map(({ data }) => ({ data })),
        bufferTime(MS),
        filter((list) => list.length > 0),
        map((list) => list[0]),
      ),
    /^(\d) of none$/,
  ],
  [
    'concatMap(async)',
    (e, hub) =>
      e.pipe(
        concatMap(async (x) => {
          await realMs(1);
          hub.bus.fire('effect', { of: x.data['n'] });
          return undefined;
        }),
      ),
    /^(\d) of (\1|none)$/,
  ],
];

/** Fires 1, 2 and 3 into a pipeline and gives what its effects say of their causes. */
async function causesOf(
  hub: TestHub,
  shape: (events: Events, hub: Hub) => Observable<unknown>,
  from: 'top' | 'listener',
): Promise<string[]> {
  const numbers = new Map<string, number>();
  const causes: string[] = [];
  hub.bus.listen('cause', ({ context, data }) => void numbers.set(context.id, Number(data['n'])));
  hub.bus.listen('effect', ({ data, context: { parentId } }) => {
    causes.push(`${String(data['of'])} of ${String(numbers.get(parentId ?? '') ?? 'none')}`);
  });
  const subscribe = (): void => {
    shape(hub.bus.on('cause'), hub).subscribe((value) => {
      const event = value as BusEvent | undefined;
      if (event) hub.bus.fire('effect', { of: event.data['n'] });
    });
  };
  if (from === 'top') subscribe();
  else {
    hub.bus.listenOnce('begin', async () => {
      await realMs(1);
      subscribe(); // in the flow of another event
    });
    hub.bus.fire('begin');
    await hub.blockTillDone();
  }
  for (const n of [1, 2, 3]) {
    hub.bus.fire('cause', { n });
    if (n === 2) await realMs(MS + 3);
  }
  await realMs(4 * MS + 4);
  await realUntil(() => causes.length > 0); // what is held back twice may take longer
  return causes;
}

describe('the cause that an effect behind a pipeline names', () => {
  it.each(shapes)('is never a false one: %s', async (_, shape, expected) => {
    await Promise.all(
      (['top', 'listener'] as const).map(async (from) => {
        const hub = createTestHub({ time: 'real' });
        const causes = await causesOf(hub, shape, from);
        expect(causes.length).toBeGreaterThan(0);
        expect(causes.filter((text) => !expected.test(text))).toEqual([]);
        await hub.stop();
      }),
    );
  });

  it('is none for the ticks of an interval that an event began', async () => {
    await using hub = createTestHub({ time: 'real' });
    const parents: (string | null)[] = [];
    hub.bus.listen('tick', ({ context }) => parents.push(context.parentId));
    hub.bus
      .on('cause')
      .pipe(switchMap(() => interval(2).pipe(take(2))))
      .subscribe(() => hub.bus.fire('tick'));
    hub.bus.listen('cause', () => {
      interval(2)
        .pipe(take(1))
        .subscribe(() => hub.bus.fire('tick'));
      timer(1).subscribe(() => hub.bus.fire('tick'));
    });
    hub.bus.fire('cause');
    await realUntil(() => parents.length >= 4);
    expect(parents).toEqual([null, null, null, null]);
  });

  it('is the event itself at once, directly and piped, and in a subscriber that awaits unknown', async () => {
    await using hub = createTestHub({ time: 'real' });
    const seen: string[] = [];
    let cause = '';
    hub.bus.listen('effect', ({ data, context: { parentId } }) => {
      seen.push(`${String(data['of'])}: ${parentId === cause ? 'cause' : String(parentId)}`);
    });
    hub.bus.on('cause').subscribe((event) => {
      cause = event.context.id;
      hub.bus.fire('effect', { of: 'direct' });
    });
    hub.bus
      .on('cause')
      .pipe(map((x) => x))
      .subscribe(async () => {
        hub.bus.fire('effect', { of: 'piped' });
        await realMs(1);
        hub.bus.fire('effect', { of: 'later' });
      });
    hub.bus.fire('cause');
    await hub.blockTillDone();
    expect(seen).toEqual(['direct: cause', 'piped: cause', 'later: null']);
  });

  it('is none behind the timer of a subscriber, also of an event that an async listener fired', async () => {
    await using hub = createTestHub({ time: 'real' });
    const parents: (string | null)[] = [];
    hub.bus.listen('effect', ({ context }) => parents.push(context.parentId));
    hub.bus.on('inner').subscribe(() => setTimeout(() => hub.bus.fire('effect'), 1));
    hub.bus
      .on('inner')
      .pipe(map(Boolean))
      .subscribe(() => {
        void Promise.resolve().then(() => hub.bus.fire('effect'));
      });
    hub.bus.listen('cause', async () => {
      await realMs(1);
      hub.bus.fire('inner');
      await realMs(4);
    });
    hub.bus.fire('cause');
    await realUntil(() => parents.length >= 2);
    expect(parents).toEqual([null, null]);
  });
});
