import { describe, expect, it } from '@jest/globals';
import {
  CoordinatorEntity,
  DataUpdateCoordinator,
  Entity,
  EntityPlatform,
  type EntityState,
  type PlatformEntity,
  Scope,
  ScopeClosedError,
  sleep,
  TeardownError,
} from 'rxhome';
import { expectNoLeaks } from 'rxhome/testing';
import { type Home, homeOf } from './home.js';

const realTurn = setImmediate;

class Meter extends Entity {
  override name: string | null = 'Meter';
  override uniqueId: string | null = null;
  value: EntityState = 1;

  constructor(given: object = {}) {
    super();
    Object.assign(this, given);
  }

  override get state(): EntityState {
    return this.value;
  }
}

const home = (options: object = {}): Home => homeOf('energy', options);

/** An entity with a getter that throws from the moment it is told to. */
function brittle(getter: string, given: object = {}): Meter & { isBroken: boolean } {
  const entity = Object.assign(new Meter(given), { isBroken: false });
  const { [getter as 'name']: value } = entity;
  return Object.defineProperty(entity, getter, {
    get() {
      if (entity.isBroken) throw new Error(`broken ${getter}`);
      return value;
    },
  });
}

const GETTERS = ['name', 'uniqueId', 'state', 'attributes', 'available', 'shouldPoll'];

describe('an entity whose getters throw', () => {
  it.each(GETTERS.filter((getter) => getter !== 'shouldPoll'))(
    '(%s) is left out, and nothing of it is left',
    async (getter) => {
      const { hub, scope, platform } = home();
      const broken = brittle(getter, { update: () => undefined });
      broken.isBroken = true;
      await platform.addEntities([broken, new Meter({ name: 'Fine' })]);
      expect(platform.entityIds).toEqual(['sensor.fine']);
      expect(hub.errors).toMatchObject([
        { owner: 'energy', error: { message: `broken ${getter}` } },
      ]);
      expect(hub.states.available('sensor.meter')).toBe(true);
      expect(scope.children).toHaveLength(1);
    },
  );

  it.each(['name', 'state', 'attributes', 'available'])(
    '(%s) later on shows nothing that is not true any more',
    async (getter) => {
      const { hub, platform } = home();
      const entity = brittle(getter);
      await platform.addEntities([entity]);
      entity.isBroken = true;
      expect(() => entity.writeState()).toThrow(`broken ${getter}`);
      expect(hub.states.get('sensor.meter')).toMatchObject({ state: 'unknown', attributes: {} });
    },
  );

  it('(shouldPoll) is reported once by polling, and the others are polled', async () => {
    const { hub, platform } = home({ scanIntervalMs: 1_000 });
    const entity = brittle('shouldPoll', { update: () => undefined });
    let updates = 0;
    const fine = new Meter({ update: () => (updates += 1) });
    await platform.addEntities([entity, fine]);
    entity.isBroken = true;
    await hub.advance('3s');
    expect(updates).toBe(3);
    expect(hub.errors).toMatchObject([
      { name: 'update sensor.meter', error: { message: 'broken shouldPoll' } },
    ]);
  });

  it('shows `unknown` also when its attributes cannot be shown', async () => {
    const { hub, platform } = home();
    const entity = new Meter({ attributes: {} });
    await platform.addEntities([entity]);
    Object.assign(entity, { attributes: { fn: () => undefined }, name: Symbol('x') });
    expect(() => entity.writeState()).toThrow(/./);
    expect(hub.states.is('sensor.meter', 'unknown')).toBe(true);
  });
});

describe('addEntities', () => {
  it.each([
    ['null', null],
    ['a text', 'meter'],
    ['a function', () => undefined],
  ])('leaves out %s', async (_, wrong) => {
    const { hub, platform } = home();
    await platform.addEntities([wrong as never, new Meter()]);
    expect(platform.entityIds).toEqual(['sensor.meter']);
    expect(hub.errors).toMatchObject([{ error: { code: 'INVALID_OPTION' } }]);
  });

  it.each([null, 7, { length: 1 }])('refuses %j as a list', async (list) => {
    const { platform } = home();
    await expect(platform.addEntities(list as never)).rejects.toMatchObject({
      code: 'INVALID_OPTION',
    });
  });

  it('rejects with what a generator throws, and adds none of it', async () => {
    const { hub, platform } = home();
    function* meters(): Generator<Meter> {
      yield new Meter();
      throw new Error('no more');
    }
    await expect(platform.addEntities(meters())).rejects.toThrow('no more');
    void platform.addEntities(meters());
    await hub.advance(1);
    expect(platform.entityIds).toEqual([]);
    expect(hub.errors).toMatchObject([{ owner: 'energy', error: { message: 'no more' } }]);
  });

  it('refuses an object that takes no id, and keeps nothing for it', async () => {
    const { hub, scope, platform } = home();
    await platform.addEntities([Object.freeze(new Meter())]);
    expect([hub.errors.length, scope.children, platform.entityIds]).toEqual([1, [], []]);
    expect(hub.states.available('sensor.meter')).toBe(true);
  });

  it('after the unload is refused', async () => {
    const { scope, platform } = home();
    await scope.close();
    expect(() => platform.addEntities([new Meter()])).toThrow(ScopeClosedError);
  });

  it.each(['update', 'onAdded'])(
    'lets go of those in whose `%s` the owner is unloaded',
    async (step) => {
      const { hub, scope, platform } = home();
      const steps: string[] = [];
      const deaf = new Meter({
        uniqueId: 'one',
        [step]: () => sleep(10),
        onRemoved: () => steps.push('removed'),
      });
      const added = platform.addEntities([deaf], { updateBeforeAdd: true });
      const outcome = expect(added).rejects.toMatchObject({ name: 'CancelledError' });
      const closed = scope.close();
      await hub.advance(10);
      await Promise.all([outcome, closed]);
      expect(steps).toEqual(step === 'update' ? [] : ['removed']);
      expect([hub.errors, hub.log]).toEqual([[], []]);
      expect(hub.states.available('sensor.meter')).toBe(true);
      const again = new EntityPlatform(hub, { domain: 'sensor', integration: 'energy' });
      await again.addEntities([new Meter({ uniqueId: 'one' })]);
      expect(hub.errors).toEqual([]);
    },
  );

  it('that is cancelled leaves nothing half done', async () => {
    const { hub, scope, platform } = home();
    const added = platform.addEntities([
      new Meter({
        async onAdded() {
          await sleep(10);
          throw new Error('late');
        },
      }),
    ]);
    added.cancel();
    await hub.advance(10);
    await expect(added).rejects.toMatchObject({ name: 'CancelledError' });
    expect([scope.children, platform.entityIds]).toEqual([[], []]);
  });

  it('takes one of the same unique id while the failed one still leaves, and no third', async () => {
    const { hub, platform } = home();
    const broken = new Meter({
      uniqueId: 'one',
      onAdded() {
        throw new Error('broken');
      },
      onRemoved: () => sleep(10),
    });
    const first = platform.addEntities([broken]);
    await hub.advance(5);
    const second = new Meter({ uniqueId: 'one', name: 'Second' });
    const third = new Meter({ uniqueId: 'one', name: 'Third' });
    await platform.addEntities([second]);
    await hub.advance(10);
    await first;
    await platform.addEntities([third]);
    expect(hub.errors.map(({ error }) => (error as { code?: string }).code)).toEqual(
      second.isAdded ? [undefined, 'DUPLICATE_UNIQUE_ID'] : ['DUPLICATE_UNIQUE_ID', undefined],
    );
    expect(platform.entityIds).toHaveLength(1);
  });

  it('knows one that is being updated before as the same', async () => {
    const { hub, platform } = home({ parallelUpdates: 0 });
    const entity = new Meter({ update: () => sleep(5) });
    const both = platform.addEntities([entity, entity], { updateBeforeAdd: true });
    await hub.advance(5);
    await both;
    expect(platform.entityIds).toEqual(['sensor.meter']);
    expect(hub.errors).toMatchObject([{ error: { code: 'INVALID_OPTION' } }]);
  });
});

describe('unique ids', () => {
  const one = { uniqueId: 'one' };

  it('are unique in an integration, over its platforms', async () => {
    const { hub, scope, platform } = home();
    const other = new EntityPlatform(hub.scoped(scope), { domain: 'sensor' });
    await platform.addEntities([new Meter(one)]);
    await other.addEntities([new Meter(one)]);
    expect(hub.errors).toMatchObject([{ error: { code: 'DUPLICATE_UNIQUE_ID' } }]);
    const light = new EntityPlatform(hub.scoped(scope), { domain: 'light' });
    const foreign = new EntityPlatform(hub, { domain: 'sensor', integration: 'other' });
    await light.addEntities([new Meter(one)]);
    await foreign.addEntities([new Meter(one)]);
    expect([light.entityIds, foreign.entityIds, hub.errors.length]).toEqual([
      ['light.meter'],
      ['sensor.meter_2'],
      1,
    ]);
  });

  it('are not mixed up by spaces', async () => {
    const { hub } = home();
    const left = new EntityPlatform(hub, { domain: 'sensor', integration: 'a b' });
    const right = new EntityPlatform(hub, { domain: 'sensor', integration: 'a' });
    await left.addEntities([new Meter({ uniqueId: 'c' })]);
    await right.addEntities([new Meter({ uniqueId: 'b c' })]);
    expect(hub.errors).toEqual([]);
  });
});

describe('removal', () => {
  it('inside onAdded leaves nothing', async () => {
    const { hub, scope, platform } = home();
    class Fleeting extends Meter {
      override async onAdded(): Promise<void> {
        await this.remove();
      }
    }
    await platform.addEntities([new Fleeting()]);
    expect([platform.entityIds, scope.children, hub.errors]).toEqual([[], [], []]);
    expect(hub.states.get('sensor.meter')).toBeUndefined();
  });

  it('inside update writes nothing and ends', async () => {
    const { hub, platform } = home({ scanIntervalMs: 1_000 });
    class Fleeting extends Meter {
      override async update(): Promise<void> {
        await this.remove();
        this.value = 7;
      }
    }
    await platform.addEntities([new Fleeting()]);
    await hub.advance('5s');
    expect([platform.entityIds, hub.errors, hub.clock?.pendingCount]).toEqual([[], [], 0]);
    expect(hub.states.get('sensor.meter')).toBeUndefined();
  });

  it('aborts the update of the entity, and of no other', async () => {
    const { hub, platform } = home({ scanIntervalMs: 1_000, parallelUpdates: 0 });
    const ends: string[] = [];
    const slow = (name: string): Meter =>
      new Meter({
        name,
        update: (signal: AbortSignal) =>
          sleep(500, { signal }).then(
            () => ends.push(`${name} done`),
            () => ends.push(`${name} aborted`),
          ),
      });
    const [first, second] = [slow('First'), slow('Second')];
    await platform.addEntities([first, second]);
    await hub.advance(1_100);
    await first.remove();
    await hub.advance(400);
    expect(ends).toEqual(['First aborted', 'Second done']);
    expect(hub.errors).toEqual([]);
  });

  it('takes an entity out of the queue for its update', async () => {
    const { hub, platform } = home({ scanIntervalMs: 1_000 });
    const updated: string[] = [];
    const slow = (name: string): Meter =>
      new Meter({ name, update: () => (updated.push(name), sleep(100)) });
    const entities = ['A', 'B', 'C'].map(slow);
    await platform.addEntities(entities);
    await hub.advance(1_050);
    await entities[1]?.remove();
    await hub.advance(300);
    expect(updated).toEqual(['A', 'C']);
  });

  it('lets `writeState` in onRemoved do nothing', async () => {
    const { hub, platform } = home();
    class Stubborn extends Meter {
      override onRemoved(): void {
        this.writeState();
        expect(this.isAdded).toBe(false);
      }
    }
    const entity = new Stubborn();
    await platform.addEntities([entity]);
    await entity.remove();
    expect([hub.states.get('sensor.meter'), hub.errors]).toEqual([undefined, []]);
  });

  it('that fails is reported once, and is no unhandled rejection', async () => {
    const { hub, platform } = home();
    const unhandled: unknown[] = [];
    const note = (error: unknown): void => void unhandled.push(error);
    process.on('unhandledRejection', note);
    const onRemoved = (): never => {
      throw new Error('stuck');
    };
    const [left, right] = [new Meter({ onRemoved }), new Meter({ onRemoved })];
    await platform.addEntities([left, right]);
    void left.remove();
    await expect(right.remove()).rejects.toBeInstanceOf(TeardownError);
    await new Promise((resolve) => realTurn(resolve));
    process.off('unhandledRejection', note);
    expect([unhandled, hub.errors.length]).toEqual([[], 2]);
    await expect(new Meter().remove()).rejects.toMatchObject({ code: 'WRONG_STAGE' });
  });

  it('frees the id, and the entity may come back', async () => {
    const { hub, platform } = home();
    const entity = new Meter({ uniqueId: 'one' });
    for (let n = 0; n < 3; n++) {
      await platform.addEntities([entity]);
      expect(hub.states.is('sensor.meter', 1)).toBe(true);
      await entity.remove();
    }
    expect(hub.errors).toEqual([]);
  });

  it('of a thousand leaves nothing', async () => {
    const { hub, scope, platform } = home({ scanIntervalMs: 60_000 });
    const before = [scope.size, hub.scope.size];
    const entities = Array.from(
      { length: 1_000 },
      (_, n) => new Meter({ name: `Meter ${n}`, update: () => undefined }),
    );
    await platform.addEntities(entities);
    expect(hub.states.count('sensor')).toBe(1_000);
    await hub.advance('1m');
    await Promise.all(entities.map((entity) => entity.remove()));
    expect([scope.size, hub.scope.size]).toEqual(before);
    expect([scope.children, hub.states.count('sensor'), hub.clock?.pendingCount]).toEqual([
      [],
      0,
      0,
    ]);
    await scope.close();
    expectNoLeaks(hub);
  });
});

describe('updates', () => {
  it('of one entity do not overlap, and all at once means all', async () => {
    const { hub, platform } = home({ scanIntervalMs: 1_000, parallelUpdates: 0 });
    let running = 0;
    let most = 0;
    const update = async (): Promise<void> => {
      most = Math.max(most, ++running);
      await sleep(2_500);
      running--;
    };
    await platform.addEntities([1, 2, 3].map((n) => new Meter({ name: `Meter ${n}`, update })));
    await hub.advance('10s');
    expect(most).toBe(3);
  });

  it('that take over ten seconds are told of', async () => {
    const { hub, platform } = home();
    await platform.addEntities([new Meter({ update: () => sleep(11_000) })]);
    await hub.advance('42s');
    expect(hub.log.map(({ message }) => message)).toEqual([
      'The update of sensor.meter takes over 10 s.',
    ]);
  });

  it('end when the hub stops', async () => {
    const { hub, platform } = home({ scanIntervalMs: 1_000 });
    let updates = 0;
    await hub.start();
    await platform.addEntities([new Meter({ update: () => (updates += 1) })]);
    hub.bus.listen('homeassistant_stop', () => sleep(10_000));
    await hub.stop();
    expect(updates).toBe(0);
  });
});

it('takes objects that are no `Entity`, too', async () => {
  const { hub, platform } = home();
  const plain: PlatformEntity = {
    uniqueId: null,
    name: null,
    state: false,
    attributes: {},
    available: true,
    shouldPoll: false,
  };
  await platform.addEntities([plain]);
  expect(plain.entityId).toBe('sensor.energy');
  expect(hub.states.get('sensor.energy')).toMatchObject({ state: 'false', attributes: {} });
});

it('leaves a coordinator alone that is unloaded first', async () => {
  const { hub, platform } = home();
  const scope = new Scope('weather');
  const coordinator = new DataUpdateCoordinator(hub.scoped(scope), {
    name: 'weather',
    update: () => 5,
    updateIntervalMs: 1_000,
  });
  class Temperature extends CoordinatorEntity<number> {
    override name = 'Outside';
    override get state(): number | null {
      return this.coordinator.data ?? null;
    }
  }
  const entity = new Temperature(coordinator);
  await platform.addEntities([entity]);
  await entity.update();
  expect(hub.states.is('sensor.outside', 5)).toBe(true);
  await scope.close();
  await entity.update();
  await entity.remove();
  await platform.addEntities([new Temperature(coordinator)]);
  expect(hub.errors).toMatchObject([{ error: { code: 'SCOPE_CLOSED' } }]);
  expect(platform.entityIds).toEqual([]);
});
