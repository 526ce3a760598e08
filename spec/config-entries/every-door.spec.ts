import { describe, expect, it } from '@jest/globals';
import { debounceTime, interval, switchMap } from 'rxjs';
import {
  type ConfigEntry,
  CoordinatorEntity,
  createHttpSession,
  DataUpdateCoordinator,
  Debouncer,
  Entity,
  EntityPlatform,
  type Hub,
  runUncaused,
  ScopeClosedError,
  sleep,
  Store,
  trackCron,
  trackInterval,
  trackPointInTime,
  trackState,
  trackSun,
  workerModule,
} from 'rxhome';
import { heldFor, runAction } from 'rxhome/operators';
import { expectNoLeaks, type TestHub } from 'rxhome/testing';
import { json, TestServer } from '../http/server.js';
import { homeWith } from './home.js';

declare module 'rxhome' {
  interface ExposedFunctions {
    everyDoor: () => void;
  }
}

const os = workerModule<typeof import('node:os')>('node:os');
const URL_OF_NOBODY = 'http://127.0.0.1:1';

/** What code of an entry does when it runs. */
type Late = () => Promise<void>;
/** As a subscriber that gives a promise. */
const follow = (late: Late): (() => void) => late;

type Begin = (hub: Hub, late: Late, entry: ConfigEntry<any, any>) => unknown;

class Lamp extends Entity {
  override readonly name = 'Late';
  override readonly shouldPoll = true;
  readonly #update: () => unknown;

  constructor(update: () => unknown) {
    super();
    this.#update = update;
  }

  override get state(): string {
    return 'on';
  }

  override update(): unknown {
    return this.#update();
  }
}

class Shown extends CoordinatorEntity<number> {
  override readonly name = 'Shown';
  readonly #late: Late;

  constructor(coordinator: DataUpdateCoordinator<number>, late: Late) {
    super(coordinator);
    this.#late = late;
  }

  override get state(): number | null {
    return this.coordinator.data ?? null;
  }

  override onCoordinatorUpdate(): void {
    void this.#late();
    super.onCoordinatorUpdate();
  }
}

const polled = (hub: Hub, update: () => unknown, name = 'weather') =>
  new DataUpdateCoordinator<unknown>(hub, { name, updateIntervalMs: 1500, update });

/** Waits without a look at any signal. */
const stubborn = (ms = 2000): Promise<void> => sleep(ms);

/** All that can be asked for; the second half gives promises, which have to reject. */
const VOID_DOORS: Readonly<Record<string, (hub: Hub, entry: ConfigEntry<any, any>) => unknown>> = {
  fire: (hub) => hub.bus.fire('from_beyond'),
  listen: (hub) => hub.bus.listen('ping', () => undefined),
  listenOnce: (hub) => hub.bus.listenOnce('ping', () => undefined),
  on: (hub) => hub.bus.on('ping').subscribe(),
  changes: (hub) => hub.states.changes().subscribe(),
  watch: (hub) => hub.states.watch('light.known').subscribe(),
  entries: (hub) => hub.configEntries.changes$.subscribe(),
  set: (hub) => hub.states.set('light.zombie', 'on'),
  remove: (hub) => hub.states.remove('light.known'),
  reserve: (hub) => hub.states.reserve('light.reserved'),
  register: (hub) => hub.services.register('zombie', 'walk', () => undefined),
  removeService: (hub) => hub.services.remove('known', 'service'),
  runJob: (hub) => hub.runJob(() => hub.states.set('light.zombie', 'on')),
  addShutdownJob: (hub) => hub.addShutdownJob(() => undefined),
  expose: (hub) => hub.expose('everyDoor', () => undefined),
  freeze: (hub) => hub.timeout.freeze(),
  trackInterval: (hub) => trackInterval(hub, () => undefined, 1000),
  trackCron: (hub) => trackCron(hub, () => undefined, '* * * * *'),
  trackPointInTime: (hub) => trackPointInTime(hub, () => undefined, Date.now() + 1000),
  trackState: (hub) => trackState(hub, 'light.known', () => undefined),
  saveLater: (hub) => new Store(hub, { key: 'zombie', version: 1 }).saveLater(() => 1, 10),
  child: (hub) => hub.scoped(hub.scope.child('rule')).bus.listen('ping', () => undefined),
  integration: (hub) =>
    hub.configEntries.registerIntegration({ domain: 'lamp', setupEntry: () => undefined }),
};
const PROMISE_DOORS: Readonly<
  Record<string, (hub: Hub, entry: ConfigEntry<any, any>) => PromiseLike<unknown>>
> = {
  call: (hub) => hub.services.call('known', 'service'),
  waitFor: (hub) => hub.bus.waitFor('ping'),
  createTask: (hub) => hub.createTask(() => undefined),
  createBackgroundTask: (hub) => hub.createBackgroundTask(() => undefined, { name: 'late' }),
  entryTask: (_, entry) => entry.createTask(() => undefined),
  addExecutorJob: (hub) => hub.addExecutorJob(os.hostname),
  timeout: (hub) => hub.timeout.run(1000, () => sleep(10)),
  http: (hub) => hub.http.getJson(URL_OF_NOBODY),
  session: (hub) => createHttpSession(hub).getJson(URL_OF_NOBODY),
  save: (hub) => new Store(hub, { key: 'zombie', version: 1 }).save(1),
  addEntities: async (hub) =>
    new EntityPlatform(hub, { domain: 'light' }).addEntities([new Lamp(() => undefined)]),
  reload: (hub, { entryId }) => hub.configEntries.reload(entryId),
  add: (hub) => hub.configEntries.add({ domain: 'lamp' }),
  forward: (hub, entry) => hub.configEntries.forwardEntrySetups(entry, []),
};

/** Tries them one after the other, and notes what has not been refused as it should be. */
async function tryAll(hub: Hub, entry: ConfigEntry<any, any>, wrong: unknown[]): Promise<void> {
  for (const [name, door] of Object.entries(VOID_DOORS))
    try {
      door(hub, entry);
    } catch (error) {
      if (!(error instanceof ScopeClosedError)) wrong.push([name, error]);
    }
  for (const [name, door] of Object.entries(PROMISE_DOORS)) {
    const result = await (async () => door(hub, entry))().catch((error: unknown) => error);
    if (!(result instanceof ScopeClosedError)) wrong.push([name, result]);
  }
}

/** What the scope ends: nothing of it runs after the unloading. */
const ENDED: Readonly<Record<string, Begin>> = {
  trackInterval: (hub, late) => trackInterval(hub, late, 1500),
  trackCron: (hub, late) => trackCron(hub, late, '*/2 * * * * *'),
  trackPointInTime: (hub, late) => trackPointInTime(hub, late, Date.now() + 1500),
  trackSun: (hub, late) => trackSun(hub, late, 'sunrise', { latitude: 52, longitude: 13 }),
  trackState: (hub, late) => trackState(hub, 'light.known', late),
  'trackState with a time': (hub, late) =>
    trackState(hub, 'light.before', late, { to: 'on', forMs: 1500 }),
  listen: (hub, late) => hub.bus.listen('ping', late),
  listenOnce: (hub, late) => hub.bus.listenOnce('ping', late),
  'a subscription': (hub, late) => hub.bus.on('ping').subscribe(follow(late)),
  'a watched state': (hub, late) => {
    let isFirst = true;
    hub.states.watch('light.known').subscribe(() => (isFirst ? (isFirst = false) : void late()));
  },
  'an inner interval': (hub, late) =>
    hub.bus
      .on('before')
      .pipe(switchMap(() => interval(1500)))
      .subscribe(follow(late)),
  debounceTime: (hub, late) =>
    hub.bus.on('before').pipe(debounceTime(1500)).subscribe(follow(late)),
  heldFor: (hub, late) =>
    hub.states
      .changes('light.before')
      .pipe(heldFor(1500, () => true))
      .subscribe(follow(late)),
  'a service': (hub, late) => hub.services.register('lamp', 'late', late),
  'a task of the next turn': (hub, late) =>
    hub.createTask(late, { eager: false }).catch(() => undefined),
  'the polling of a coordinator': async (hub, late) => {
    let isFirst = true;
    const coordinator = polled(hub, () => (isFirst ? (isFirst = false) : late()));
    coordinator.addListener(() => undefined);
    await coordinator.firstRefresh();
  },
  'a listener of a coordinator of somebody else': (hub, late) => {
    const coordinator = polled(hub, () => 1);
    coordinator.addListener(late);
    runUncaused(() => setTimeout(() => coordinator.setUpdatedData(2), 1500));
  },
  'a requested refresh': (hub, late) => {
    let isFirst = true;
    const coordinator = polled(hub, () => (isFirst ? (isFirst = false) : late()));
    void coordinator.requestRefresh().then(() => coordinator.requestRefresh());
  },
  'the polling of an entity': (hub, late) =>
    new EntityPlatform(hub, { domain: 'light', scanIntervalMs: 1500 }).addEntities([
      new Lamp(late),
    ]),
  'an entity of a coordinator': (hub, late) => {
    let count = 0;
    const coordinator = polled(hub, () => ++count) as DataUpdateCoordinator<number>;
    void new EntityPlatform(hub, { domain: 'light' }).addEntities([new Shown(coordinator, late)]);
  },
  'a debouncer': (hub, late) =>
    new Debouncer(late, { cooldownMs: 1500, immediate: false, scope: hub.scope }).schedule(),
  'a debouncer without a scope': (_, late) =>
    new Debouncer(late, { cooldownMs: 1500, immediate: false }).schedule(),
  'a shutdown job': (hub, late) => hub.addShutdownJob(late),
  'an exposed function': (hub, late) => hub.expose('everyDoor', () => void late()),
  'the listener of a child': (hub, late) =>
    hub.scoped(hub.scope.child('rule')).bus.listen('ping', late),
  'a child of a child': (hub, late) =>
    trackInterval(hub.scoped(hub.scope.child('rule').child('step')), late, 1500),
  'a timeout that is frozen': (hub) => {
    hub.timeout.freeze();
    hub.timeout.run(1500, () => new Promise(() => undefined)).catch(() => undefined);
  },
};

/** What runs on, because nothing can stop it: whatever it then asks for has no effect. */
const IN_FLIGHT: Readonly<Record<string, Begin>> = {
  setTimeout: (_, late) => setTimeout(follow(late), 1500),
  setInterval: (_, late) => {
    let ticks = 0;
    const timer = setInterval(() => (++ticks < 3 ? void late() : clearInterval(timer)), 1500);
  },
  'a task after an await': (hub, late) => {
    hub.createTask(() => stubborn().then(late)).catch(() => undefined);
  },
  'a background task': (hub, late) => {
    const work = hub.createBackgroundTask(() => stubborn().then(late), { name: 'poll' });
    work.catch(() => undefined);
  },
  'a task of the entry': (_, late, entry) => {
    entry.createTask(() => stubborn().then(late)).catch(() => undefined);
  },
  'an async listener': (hub, late) => hub.bus.listen('before', () => stubborn().then(late)),
  'an async subscriber': (hub, late) =>
    hub.bus.on('before').subscribe(follow(() => stubborn().then(late))),
  'an async function of nobody': (_, late) => void stubborn().then(late),
  'a function that a stream runs': (hub, late) =>
    hub.bus
      .on('before')
      .pipe(runAction(() => stubborn().then(late)))
      .subscribe(),
  'the answer of a worker': (hub, late) => {
    void hub
      .addExecutorJob(os.hostname)
      .then(() => stubborn())
      .then(late, late);
  },
  'a service in the middle of a call': (hub, late) =>
    hub.services.register('lamp', 'slow', () => stubborn().then(late)),
  'the caller of a service': (hub, late) => {
    void hub.services.call('known', 'service').then(late, late);
  },
  'a run with a limit': (hub, late) => {
    hub.timeout.run(60_000, () => stubborn().then(late)).catch(() => undefined);
  },
  'who waited for an event': (hub, late) => void hub.bus.waitFor('ping').catch(late),
  'the refresh of a coordinator': (hub, late) => {
    const coordinator = polled(hub, () => stubborn().then(late));
    coordinator.addListener(() => hub.states.set('light.zombie', 'on'));
    coordinator.refresh().catch(() => undefined);
  },
  'the update of an entity': (hub, late) =>
    void new EntityPlatform(hub, { domain: 'light' })
      .addEntities([new Lamp(() => stubborn().then(late))], { updateBeforeAdd: true })
      .catch(() => undefined),
  'an entity that writes': async (hub, late) => {
    const lamp = new Lamp(() => undefined);
    await new EntityPlatform(hub, { domain: 'light' }).addEntities([lamp]);
    void stubborn().then(() => {
      lamp.writeState();
      return late();
    });
  },
  'a debounced function': (hub, late) => {
    const slow = new Debouncer(() => stubborn().then(late), { cooldownMs: 10, scope: hub.scope });
    slow.schedule();
    slow.schedule();
  },
  'who waits for a store': (hub, late) => {
    const store = new Store<number>(hub, { key: 'late', version: 1 });
    void store
      .load()
      .then(() => stubborn())
      .then(late, late);
  },
  'a teardown': (hub, late) => hub.scope.own(late),
  'a teardown of a child': (hub, late) => hub.scope.child('rule').own(late),
};

async function unloaded(begin: Begin, isStrict: boolean) {
  const wrong: unknown[] = [];
  let isOver = false;
  let runs = 0;
  const hub: TestHub = homeWith(
    {
      async setupEntry(mine, entry) {
        const late: Late = async () => {
          if (!isOver) return;
          runs++;
          await tryAll(mine, entry, wrong);
        };
        await begin(mine, late, entry);
      },
    },
    { strict: isStrict, unloadTimeoutMs: 100 },
  );
  hub.states.set('light.known', 'off');
  hub.services.register('known', 'service', () => sleep(1500));
  const before = hub.bus.listenerCounts();
  const adding = hub.configEntries.add({ domain: 'lamp' });
  await hub.advance(0);
  const entry = await adding;
  expect(entry.state).toBe('loaded');
  hub.bus.fire('before');
  hub.states.set('light.before', 'on');
  if (hub.services.has('lamp', 'slow')) hub.services.call('lamp', 'slow').catch(() => undefined);
  await hub.advance(100);
  const heard: string[] = [];
  const listening = hub.bus.listen('*', ({ type }) => heard.push(type));
  isOver = true;
  const unloading = hub.configEntries.unload(entry.entryId);
  await hub.advance(300);
  expect(await unloading).toBe(true);
  // Whoever would still hear of something is tempted.
  const own = ['ping', 'state_changed'];
  hub.bus.fire('ping');
  hub.states.set('light.known', 'on');
  await hub.advance('2m');
  listening();
  return { hub, entry, wrong, before, own, heard, runs: () => runs };
}

describe.each([
  ['strict', true],
  ['not strict', false],
])('after its unloading, %s,', (_, isStrict) => {
  async function expectNothing(begin: Begin): Promise<{ hub: TestHub; runs: () => number }> {
    const { hub, entry, wrong, before, own, heard, runs } = await unloaded(begin, isStrict);
    expect(wrong).toEqual([]);
    // What it had, such as services and entities, goes: that is heard. Nothing else is.
    const gone = ['service_removed', 'state_changed'];
    expect(heard.filter((type) => !gone.includes(type))).toEqual(own.slice(0, 1));
    expect(hub.states.entityIds().sort()).toEqual(['light.before', 'light.known']);
    expect(hub.states.available('light.reserved')).toBe(true);
    expect(hub.services.all()).toEqual(
      expect.not.objectContaining({ zombie: expect.anything(), lamp: expect.anything() }),
    );
    expect(hub.services.has('known', 'service')).toBe(true);
    expect(entry.state).toBe('not_loaded');
    expect(hub.configEntries.entries()).toEqual([entry]);
    expect(hub.bus.listenerCounts()).toEqual(before);
    expect(hub.clock!.pendingTimers).toEqual([]);
    expectNoLeaks(hub);
    return { hub, runs };
  }

  it.each(Object.keys(ENDED))('%s does not run', async (name) => {
    const { hub, runs } = await expectNothing(ENDED[name]!);
    expect(hub.errors).toEqual([]);
    await hub.stop();
    expect(runs()).toBe(0);
  });

  it.each(Object.keys(IN_FLIGHT))('%s has no effect', async (name) => {
    const { hub, runs } = await expectNothing(IN_FLIGHT[name]!);
    expect(runs()).toBeGreaterThan(0);
    // In strict mode who asks hears of it; otherwise it is reported, once for its owner.
    const fence = hub.errors.filter(({ source }) => source === 'fence');
    expect(fence.filter(({ owner }) => owner === 'lamp').length).toBe(isStrict ? 0 : 1);
    await hub.stop();
  });

  it('the answer of a server does not arrive', async () => {
    const ends: unknown[] = [];
    let answer = (): void => undefined;
    const server = await TestServer.start((_request, response) => {
      answer = () => json(response, { on: true });
    });
    const { hub, runs } = await expectNothing(async (mine, late) => {
      void mine.http.getJson(server.url).then(
        () => ends.push('answered'),
        (error: unknown) => {
          ends.push(error);
          return late();
        },
      );
    });
    answer();
    await hub.advance('1s');
    expect([ends, runs()]).toEqual([[expect.any(ScopeClosedError)], 1]);
  });

  it('what was to be saved is saved, and nothing after that', async () => {
    let value = 'before';
    const { hub } = await expectNothing((mine) =>
      new Store<string>(mine, { key: 'late', version: 1 }).saveLater(() => value, 60_000),
    );
    value = 'after';
    expect(await new Store(hub, { key: 'late', version: 1 }).load()).toBe('before');
    await hub.advance('2m');
    expect(await new Store(hub, { key: 'late', version: 1 }).load()).toBe('before');
  });
});
