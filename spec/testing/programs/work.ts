import {
  cacheAsync,
  CoordinatorEntity,
  DataUpdateCoordinator,
  Debouncer,
  EntityPlatform,
  Scope,
  UpdateFailed,
  gather,
  retryAsync,
  sleep,
  withTimeout,
} from 'rxhome';
import { failure, hops, type Programs } from './program.js';

/** Tasks, limits, services, coordinators and owners of a hub. */
export const work: Programs = {
  'tasks that wait for each other': async (log, hub) => {
    const first = hub().createTask(async () => {
      log('first begins');
      await sleep(40);
      log('first ends');
      return 1;
    });
    const second = hub().createTask(async () => {
      log('second begins');
      log(`second has ${(await first) + 1}`);
      await hops(3);
      log('second ends');
    });
    log('both begun');
    await sleep(20);
    log('between');
    await second;
  },
  'a task that is not eager': async (log, hub) => {
    const lazy = hub().createTask(async () => log('lazy'), { eager: false });
    const eager = hub().createTask(async () => log('eager'));
    log('made');
    await Promise.all([lazy, eager]);
    log('both ended');
  },
  'a task that is cancelled': async (log, hub) => {
    const task = hub().createTask(async (signal) => {
      try {
        await sleep(500, { signal });
      } finally {
        log('told');
        await sleep(45);
        log('cleaned up');
      }
    });
    const ended = failure(task).then(log);
    setTimeout(() => task.cancel(new Error('no more')), 30);
    await sleep(50);
    log(task.status);
    await ended;
    log(task.status);
  },
  'waiting until all is done': async (log, hub) => {
    const { bus } = hub();
    bus.listen('step', async ({ data }) => {
      const n = Number(data['n']);
      await sleep(40);
      log(`step ${n}`);
      if (n < 3) bus.fire('step', { n: n + 1 });
    });
    bus.fire('step', { n: 1 });
    setTimeout(() => log('meanwhile'), 60);
    await hub().blockTillDone();
    log('done');
  },
  'limits of time': async (log, hub) => {
    const { timeout } = hub();
    setTimeout(() => log('at 20'), 20);
    log(await failure(timeout.run(40, (signal) => sleep(500, { signal }))));
    log(await timeout.run(60, () => sleep(30).then(() => 'in time')));
    log(await failure(withTimeout(25, new Promise(() => undefined))));
  },
  'a limit of time that is frozen': async (log, hub) => {
    const { timeout } = hub();
    const limited = failure(timeout.run(60, () => sleep(1_000), { zone: 'download' })).then(log);
    await sleep(30);
    const thaw = timeout.freeze('download');
    await sleep(60);
    log('thaw');
    thaw();
    setTimeout(() => log('just before'), 8);
    await sleep(5);
    await limited;
  },
  'attempts with waits': async (log) => {
    const ask = async (attempt: number): Promise<string> => {
      log(`attempt ${attempt}`);
      await sleep(20);
      if (attempt < 3) throw new Error('busy');
      return 'answer';
    };
    let attempts = 0;
    setTimeout(() => log('at 110'), 110);
    log(await retryAsync(() => ask(++attempts), { initialMs: 40, jitter: 'none', attempts: 4 }));
  },
  'a crowd with a limit': async (log) => {
    const go = (n: number) => async (): Promise<number> => {
      log(`begin ${n}`);
      await sleep(n);
      log(`end ${n}`);
      return n;
    };
    log(String(await gather([80, 30, 25, 60].map(go), { limit: 2 })));
  },
  'a crowd of which one fails': async (log) => {
    const crowd = gather([
      (signal) => sleep(500, { signal }).catch((error: unknown) => log(`told: ${String(error)}`)),
      async () => {
        await sleep(30);
        throw new Error('broken');
      },
    ]);
    log(await failure(crowd));
    await sleep(20);
  },
  'calls that share one run': async (log) => {
    let runs = 0;
    const read = cacheAsync(
      async (room: string) => {
        log(`read ${room}`);
        await sleep(40);
        return `${room} ${++runs}`;
      },
      { ttlMs: 80 },
    );
    await Promise.all(['hall', 'hall', 'attic'].map(async (room) => log(await read(room))));
    log(await read('hall'));
    await sleep(110);
    log(await read('hall'));
  },
  'a debouncer': async (log, hub) => {
    let runs = 0;
    const debouncer = new Debouncer(() => log(`run ${++runs}`), {
      cooldownMs: 60,
      scope: hub().scope,
    });
    for (const ms of [20, 20, 100, 25]) {
      log('call');
      void debouncer.call();
      await sleep(ms);
    }
    await sleep(80);
  },
  'services that take their time': async (log, hub) => {
    const { services } = hub();
    services.register(
      'light',
      'fade',
      async ({ data }) => {
        log(`fade to ${String(data['to'])}`);
        await sleep(60);
        hub().bus.fire('faded');
        return { reached: data['to'] };
      },
      { supportsResponse: 'optional' },
    );
    hub().bus.listen('faded', () => log('faded'));
    const first = services.call('light', 'fade', { to: 1 }, { returnResponse: true });
    setTimeout(() => void services.call('light', 'fade', { to: 2 }), 20);
    log(JSON.stringify(await first));
    log(await failure(services.call('light', 'blink')));
    log(await failure(services.call('light', 'fade', { to: 3 }, { timeoutMs: 40 })));
    await hub().blockTillDone();
  },
  'a coordinator and its entities': async (log, hub) => {
    class Value extends CoordinatorEntity<number> {
      override name = 'Value';
      override get state(): number | null {
        return this.coordinator.data ?? null;
      }
    }
    let reads = 0;
    const update = async (): Promise<number> => {
      log(`read ${++reads}`);
      await sleep(25);
      if (reads === 2) throw new UpdateFailed('no answer');
      return reads;
    };
    const coordinator = new DataUpdateCoordinator(hub(), {
      name: 'meter',
      updateIntervalMs: 50,
      update,
    });
    const platform = new EntityPlatform(hub(), { domain: 'sensor' });
    hub()
      .states.changes({ domain: 'sensor' })
      .subscribe(({ data }) => log(`is ${data.newState?.state}`));
    platform.addEntities([new Value(coordinator)]);
    await sleep(300);
    log('end');
  },
  'a coordinator that is asked': async (log, hub) => {
    const coordinator = new DataUpdateCoordinator<string>(hub(), {
      name: 'asked',
      requestRefreshCooldownMs: 60,
      update: async () => {
        log('read');
        await sleep(20);
        return 'data';
      },
    });
    coordinator.data$.subscribe((data) => log(data));
    for (const ms of [30, 25, 100]) {
      void coordinator.requestRefresh();
      log('asked');
      await sleep(ms);
    }
    await coordinator.refresh();
    log('refreshed');
  },
  'an owner that ends': async (log, hub) => {
    const scope = new Scope('guest');
    hub().scope.adopt(scope);
    const guest = hub().scoped(scope);
    guest
      .createTask(async (signal) => {
        await sleep(500, { signal }).catch(() => log('told to end'));
        await sleep(50);
        log('task ends');
      })
      .catch(() => log('task rejects'));
    scope.own(async () => {
      log('teardown');
      await sleep(25);
      log('torn down');
    });
    guest.bus.listen('x', () => log('x'));
    hub().bus.fire('x');
    await sleep(30);
    const closing = scope.close();
    hub().bus.fire('x');
    log('closing');
    await closing;
    log('closed');
  },
  'a start and a stop': async (log, hub) => {
    const { bus } = hub();
    hub().stage$.subscribe((stage) => log(stage));
    bus.listen('homeassistant_start', () => sleep(40).then(() => log('prepared')));
    bus.listenOnce('homeassistant_started', () => log('started'));
    bus.listen('homeassistant_stop', () => sleep(25).then(() => log('stopping listener')));
    hub().createBackgroundTask(
      (signal) => sleep(10_000, { signal }).catch(() => log('background told')),
      { name: 'b' },
    );
    setTimeout(() => log('at 20'), 20);
    await hub().start();
    log('start over');
    await hub().stop();
    log('stop over');
  },
};
