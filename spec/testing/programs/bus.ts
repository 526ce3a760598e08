import { Mutex, Semaphore, gather, sleep, trackInterval, trackState } from 'rxhome';
import {
  batchFor,
  changedTo,
  heldFor,
  limitConcurrency,
  perKey,
  runAction,
} from 'rxhome/operators';
import { debounceTime, map, switchMap, timer } from 'rxjs';
import { failure, hops, type Programs } from './program.js';

/** Listeners, states, and streams of a hub. */
export const bus: Programs = {
  'events within events': async (log, hub) => {
    const { bus } = hub();
    bus.listen('a', async () => {
      log('a, first');
      bus.fire('b');
      await hops(3);
      log('a, first, later');
      bus.fire('c');
    });
    bus.listen('a', () => log('a, second'));
    bus.listen('b', () => {
      log('b');
      process.nextTick(() => log('tick of b'));
    });
    bus.listen('c', () => log('c'));
    setTimeout(() => bus.fire('a'), 20);
    await sleep(40);
    bus.fire('b');
  },
  'a listener that sleeps': async (log, hub) => {
    const { bus } = hub();
    bus.listen('ring', async ({ data }) => {
      log(`ring ${String(data['n'])}`);
      await sleep(50);
      log(`answered ${String(data['n'])}`);
    });
    for (const n of [1, 2, 3]) {
      bus.fire('ring', { n });
      await sleep(30);
    }
    await hub().blockTillDone();
  },
  'waiting for events': async (log, hub) => {
    const { bus } = hub();
    setTimeout(() => bus.fire('ready', { by: 'timer' }), 30);
    const ready = await bus.waitFor('ready');
    log(`ready by ${String(ready.data['by'])}`);
    log(await failure(bus.waitFor('never', { timeoutMs: 40 })));
    const ending = new AbortController();
    setTimeout(() => ending.abort(new Error('given up')), 30);
    log(await failure(bus.waitFor('never', { signal: ending.signal })));
  },
  'a state that holds': async (log, hub) => {
    const { states } = hub();
    states
      .changes('binary_sensor.door')
      .pipe(heldFor(70, 'on'))
      .subscribe(() => log('open for long'));
    for (const [state, ms] of [
      ['on', 40],
      ['off', 30],
      ['on', 100],
      ['off', 20],
    ] as const) {
      states.set('binary_sensor.door', state);
      log(state);
      await sleep(ms);
    }
  },
  'a state that is tracked': async (log, hub) => {
    const track = trackState(
      hub(),
      'light.hall',
      async () => {
        log('on for long');
        await sleep(25);
        log('and seen to');
      },
      { to: 'on', forMs: 50 },
    );
    hub().states.set('light.hall', 'on');
    await sleep(25);
    hub().states.set('light.hall', 'on', { brightness: 5 });
    log('brighter');
    await sleep(100);
    track();
    hub().states.set('light.hall', 'off');
  },
  'writes that follow each other': async (log, hub) => {
    const { states } = hub();
    states
      .changes({ domain: 'light' })
      .subscribe(({ data }) => log(`${data.entityId} ${data.newState?.state}`));
    states
      .changes('light.a')
      .pipe(changedTo('on'))
      .subscribe(() => {
        states.set('light.b', 'on');
        void sleep(20).then(() => states.set('light.a', 'off'));
      });
    setTimeout(() => log(`b is ${states.get('light.b')?.state}`), 40);
    states.set('light.a', 'on');
    log('written');
    await sleep(60);
  },
  'a watched state, debounced': async (log, hub) => {
    const { states } = hub();
    states
      .watch('sensor.t')
      .pipe(
        debounceTime(40),
        map((state) => state?.state),
      )
      .subscribe((text) => log(`settled at ${text}`));
    for (const [value, ms] of [
      [1, 20],
      [2, 80],
      [3, 15],
      [4, 80],
    ] as const) {
      states.set('sensor.t', value);
      log(`set ${value}`);
      await sleep(ms);
    }
  },
  ...Object.fromEntries(
    (['single', 'restart', 'queued', 'parallel'] as const).map((mode) => [
      `actions in the mode ${mode}`,
      (async (log, hub) => {
        const act = async (n: number, signal: AbortSignal): Promise<number> => {
          log(`run ${n}`);
          signal.addEventListener('abort', () => log(`told ${n}`));
          await sleep(70, { signal });
          log(`ran ${n}`);
          return n;
        };
        hub()
          .bus.on('go')
          .pipe(
            map(({ data }) => Number(data['n'])),
            runAction(act, { mode }),
          )
          .subscribe((n) => log(`result ${n}`));
        for (const [n, ms] of [
          [1, 30],
          [2, 150],
          [3, 250],
        ] as const) {
          hub().bus.fire('go', { n });
          await sleep(ms);
        }
      }) satisfies Programs[string],
    ]),
  ),
  'each key for itself': async (log, hub) => {
    hub()
      .bus.on('key')
      .pipe(
        perKey(
          ({ data }) => data['key'],
          (one) =>
            one.pipe(
              debounceTime(70),
              switchMap(({ data }) => sleep(20).then(() => data)),
            ),
        ),
      )
      .subscribe(({ key, n }) => log(`${String(key)} ${String(n)}`));
    for (const [key, n] of [
      ['a', 1],
      ['b', 2],
      ['a', 3],
      ['b', 4],
    ]) {
      hub().bus.fire('key', { key, n });
      log(`fired ${n}`);
      await sleep(25);
    }
    await sleep(100);
  },
  'batches and limits of a bus stream': async (log, hub) => {
    hub()
      .bus.on('x')
      .pipe(
        map(({ data }) => Number(data['n'])),
        batchFor(100),
        limitConcurrency(1, async (batch: number[]) => {
          log(`work on ${batch.join()}`);
          await sleep(100);
          return batch.length;
        }),
      )
      .subscribe((size) => log(`done with ${size}`));
    for (const n of [1, 2, 3, 4, 5]) {
      hub().bus.fire('x', { n });
      await sleep(40);
    }
    await sleep(250);
  },
  'ticks of a tracker that overlap': async (log, hub) => {
    let ticks = 0;
    const end = trackInterval(
      hub(),
      async () => {
        log(`tick ${++ticks}`);
        await sleep(75);
        log(`ended ${ticks}`);
      },
      50,
    );
    await sleep(270);
    end();
    log('ended');
  },
  'who may go first': async (log, hub) => {
    const [doors, pool] = [new Mutex(), new Semaphore(2)];
    const go = (name: string, ms: number): Promise<void> =>
      pool.run(async () => {
        log(`${name} in the pool`);
        await doors.run(() => sleep(ms));
        log(`${name} through`);
      });
    hub().bus.listen('go', ({ data }) => go(String(data['name']), Number(data['ms'])));
    hub().bus.fire('go', { name: 'a', ms: 40 });
    hub().bus.fire('go', { name: 'b', ms: 25 });
    hub().bus.fire('go', { name: 'c', ms: 30 });
    await hub().blockTillDone();
  },
  'timers and streams of a hub': async (log, hub) => {
    const stream = hub()
      .bus.on('begin')
      .pipe(switchMap(() => timer(0, 50)));
    const following = stream.subscribe((n) => log(`timer ${n}`));
    setImmediate(() => hub().bus.fire('begin'));
    setTimeout(() => hub().bus.fire('begin'), 80);
    await gather([() => sleep(160), (signal) => sleep(20, { signal }).then(() => log('gathered'))]);
    following.unsubscribe();
    log('unsubscribed');
  },
};
