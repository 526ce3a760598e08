import { describe, expect, it } from '@jest/globals';
import {
  CoordinatorEntity,
  DataUpdateCoordinator,
  Entity,
  type EntityState,
  InvalidOptionError,
  sleep,
  StageError,
  UpdateFailed,
} from 'rxhome';
import { expectNoLeaks, recordEvents } from 'rxhome/testing';
import { type Home, homeOf } from './home.js';

class Thermometer extends Entity {
  override name: string | null = 'Living room';
  override uniqueId: string | null = null;
  override attributes: Record<string, unknown> = { unit_of_measurement: '°C' };
  override available = true;
  value: EntityState = 21.5;

  constructor(given: Partial<Thermometer> = {}) {
    super();
    Object.assign(this, given);
  }

  override get state(): EntityState {
    return this.value;
  }
}

const home = (options: object = {}): Home => homeOf('climate', options);

describe('adding', () => {
  it('gives an id, a hub and a first state', async () => {
    const { hub, platform } = home();
    const entity = new Thermometer();
    await platform.addEntities([entity]);
    expect(entity.entityId).toBe('sensor.living_room');
    expect(entity.isAdded).toBe(true);
    expect(hub.states.get('sensor.living_room')).toMatchObject({
      state: '21.5',
      attributes: { unit_of_measurement: '°C', friendly_name: 'Living room' },
    });
  });

  it('reserves the id, calls onAdded, then writes', async () => {
    const { hub, platform } = home();
    const steps: unknown[] = [];
    class Slow extends Thermometer {
      override async onAdded(): Promise<void> {
        steps.push(hub.states.available('sensor.living_room'), this.entityId);
        this.writeState(); // too early: nothing
        await sleep(5);
        steps.push(hub.states.get('sensor.living_room'));
      }
    }
    const added = platform.addEntities([new Slow()]);
    await hub.advance(5);
    await added;
    expect(steps).toEqual([false, 'sensor.living_room', undefined]);
    expect(hub.states.is('sensor.living_room', '21.5')).toBe(true);
  });

  it('tells those of one name apart, and keeps names over a reload by unique id', async () => {
    const { hub, platform } = home();
    const three = [1, 2, 3].map((n) => new Thermometer({ uniqueId: `t${n}` }));
    await platform.addEntities(three);
    expect(platform.entityIds).toEqual([
      'sensor.living_room',
      'sensor.living_room_2',
      'sensor.living_room_3',
    ]);
    await three[0]?.remove();
    await three[1]?.remove();
    const again = new Thermometer({ uniqueId: 't2', name: 'Renamed' });
    await platform.addEntities([again]);
    expect(again.entityId).toBe('sensor.living_room_2');
    expect(hub.states.get('sensor.living_room_2')?.name).toBe('Renamed');
  });

  it.each([
    ['a unique id twice', { uniqueId: 'one' }, 'DUPLICATE_UNIQUE_ID', 'sensor.first'],
    ['an id that is taken', { entityId: 'sensor.taken' }, 'ENTITY_ID_TAKEN', 'sensor.taken'],
    ['an id of another domain', { entityId: 'light.x' }, 'INVALID_ENTITY_ID', 'light.x'],
    ['no id at all', { entityId: 'Sensor.X' }, 'INVALID_ENTITY_ID', 'Sensor.X'],
  ])('leaves out %s, names it, and adds the others', async (_what, wrong, code, named) => {
    const { hub, platform } = home();
    hub.states.set('sensor.taken', 'by somebody');
    await platform.addEntities([new Thermometer({ name: 'First', uniqueId: 'one' })]);
    await platform.addEntities([new Thermometer(wrong), new Thermometer({ name: 'Last' })]);
    expect(platform.entityIds).toEqual(['sensor.first', 'sensor.last']);
    expect(hub.errors).toMatchObject([{ source: 'integration', owner: 'climate' }]);
    expect(hub.errors[0]?.error).toMatchObject({ code });
    expect((hub.errors[0]?.error as Error).message).toContain(named);
  });

  it('leaves out one whose onAdded or first update fails, and nothing of it stays', async () => {
    const { hub, platform } = home();
    class Broken extends Thermometer {
      override onAdded(): never {
        throw new Error('broken');
      }
    }
    class Deaf extends Thermometer {
      override update(): Promise<never> {
        return Promise.reject(new Error('deaf'));
      }
    }
    await platform.addEntities([new Broken({ uniqueId: 'b' }), new Deaf({ uniqueId: 'd' })], {
      updateBeforeAdd: true,
    });
    expect(hub.errors.map(({ error }) => (error as Error).message).sort()).toEqual([
      'broken',
      'deaf',
    ]);
    expect(platform.entityIds).toEqual([]);
    expect(hub.states.available('sensor.living_room')).toBe(true);
    await platform.addEntities([new Thermometer({ uniqueId: 'b' })]);
    expect(platform.entityIds).toEqual(['sensor.living_room']);
  });

  it('has a hub for the update before it is added, and its own from then on', async () => {
    const { hub, scope, platform } = home();
    const owners: string[] = [];
    class Asking extends Thermometer {
      override update(): void {
        owners.push(this.hub.scope.name);
      }
    }
    const entity = new Asking();
    await platform.addEntities([entity], { updateBeforeAdd: true });
    await hub.advance('30s');
    expect(owners).toEqual(['climate', 'sensor.living_room of climate']);
    await entity.remove();
    expect(entity.hub.scope.closed).toBe(true);
    expect([hub.errors, scope.closed]).toEqual([[], false]);
  });

  it('takes an entity once', async () => {
    const { hub, platform } = home();
    const entity = new Thermometer();
    await platform.addEntities([entity, entity]);
    expect(platform.entityIds).toEqual(['sensor.living_room']);
    expect(hub.errors[0]?.error).toBeInstanceOf(InvalidOptionError);
  });

  it('is nothing for an entity on its own', () => {
    const entity = new Thermometer();
    expect(() => entity.writeState()).toThrow(StageError);
    expect(() => entity.writeState()).toThrow('Living room');
    expect(() => entity.hub).toThrow(StageError);
  });
});

describe('writing', () => {
  it('shows what cannot be reached, and what is not known', async () => {
    const { hub, platform } = home();
    const entity = new Thermometer();
    await platform.addEntities([entity]);
    entity.available = false;
    entity.writeState();
    expect(hub.states.get('sensor.living_room')).toMatchObject({
      state: 'unavailable',
      attributes: { friendly_name: 'Living room' },
    });
    expect(hub.states.get('sensor.living_room')?.attributes).not.toHaveProperty(
      'unit_of_measurement',
    );
    entity.available = true;
    entity.value = null;
    entity.writeState();
    expect(hub.states.is('sensor.living_room', 'unknown')).toBe(true);
  });

  it.each([NaN, 'x'.repeat(256), {}])('never leaves an old state for %j', async (value) => {
    const { hub, platform } = home();
    const entity = new Thermometer();
    await platform.addEntities([entity]);
    entity.value = value as never;
    expect(() => entity.writeState()).toThrow(/./);
    expect(hub.states.is('sensor.living_room', 'unknown')).toBe(true);
  });
});

describe('removal', () => {
  it('ends what the entity began, tells it, and takes its state', async () => {
    const { hub, scope, platform } = home();
    const steps: string[] = [];
    class Listening extends Thermometer {
      override onAdded(): void {
        this.hub.bus.listen('ping', () => steps.push('ping'));
      }
      override onRemoved(): void {
        steps.push('removed');
      }
    }
    const entity = new Listening();
    await platform.addEntities([entity]);
    hub.bus.fire('ping');
    await Promise.all([entity.remove(), entity.remove()]);
    hub.bus.fire('ping');
    expect(steps).toEqual(['ping', 'removed']);
    expect(hub.states.available('sensor.living_room')).toBe(true);
    expect(scope.children).toEqual([]);
    entity.writeState(); // late: nothing
    expect(hub.states.get('sensor.living_room')).toBeUndefined();
  });

  it('comes with the owner, last first, whatever one of them does', async () => {
    const { hub, scope, platform } = home();
    const order: string[] = [];
    class Noted extends Thermometer {
      override onRemoved(): void {
        order.push(this.name ?? '');
        if (this.name === 'B') throw new Error('B is stuck');
      }
    }
    await platform.addEntities(['A', 'B', 'C'].map((name) => new Noted({ name })));
    const recording = recordEvents(hub);
    await scope.close().catch(() => undefined);
    expect(order).toEqual(['C', 'B', 'A']);
    expect(hub.states.all('sensor')).toEqual([]);
    expect(recording.events.map(({ type }) => type)).toEqual([
      'state_changed',
      'state_changed',
      'state_changed',
    ]);
    recording.stop();
    expectNoLeaks(hub);
  });

  it('leaves the states of a hub that stops', async () => {
    const { hub, platform } = home();
    await hub.start();
    await platform.addEntities([new Thermometer()]);
    await hub.stop();
    expect(hub.states.is('sensor.living_room', '21.5')).toBe(true);
  });
});

describe('polling', () => {
  class Polled extends Thermometer {
    updates = 0;
    failing = false;
    takesMs = 0;

    override async update(signal: AbortSignal): Promise<void> {
      this.updates++;
      await sleep(this.takesMs, { signal });
      if (this.failing) throw new Error(`no answer from ${this.name}`);
      this.value = this.updates;
    }
  }

  it('updates in its rhythm and writes', async () => {
    const { hub, scope, platform } = home({ scanIntervalMs: 1_000 });
    const entity = new Polled();
    const silent = new Polled({ name: 'Silent', shouldPoll: false });
    await platform.addEntities([entity, silent]);
    await hub.advance('3s');
    expect([entity.updates, silent.updates]).toEqual([3, 0]);
    expect(hub.states.is('sensor.living_room', 3)).toBe(true);
    await scope.close();
    await hub.advance('1h');
    expect(entity.updates).toBe(3);
  });

  it('has no timer when there is nothing to poll', async () => {
    const { hub, platform } = home();
    await platform.addEntities([new Thermometer()]);
    expect(hub.clock?.pendingCount).toBe(0);
  });

  it('reports a failure once, logs the recovery, and goes on with the others', async () => {
    const { hub, platform } = home({ scanIntervalMs: 1_000 });
    const broken = new Polled({ name: 'Broken' });
    broken.failing = true;
    const fine = new Polled();
    await platform.addEntities([broken, fine]);
    await hub.advance('3s');
    expect(fine.updates).toBe(3);
    expect(hub.errors).toMatchObject([{ owner: 'climate', name: 'update sensor.broken' }]);
    broken.failing = false;
    await hub.advance('1s');
    broken.failing = true;
    await hub.advance('1s');
    expect(hub.errors).toHaveLength(2);
    expect(hub.log.map(({ message }) => message)).toContain('sensor.broken can be updated again.');
  });

  it('updates as many at once as it may, and leaves out rounds that come too early', async () => {
    const { hub, platform } = home({ scanIntervalMs: 1_000, parallelUpdates: 2 });
    const entities = ['A', 'B', 'C', 'D'].map((name) => new Polled({ name }));
    for (const entity of entities) entity.takesMs = 800;
    await platform.addEntities(entities);
    await hub.advance(1_100);
    expect(entities.map(({ updates }) => updates)).toEqual([1, 1, 0, 0]);
    await hub.advance(800);
    expect(entities.map(({ updates }) => updates)).toEqual([1, 1, 1, 1]);
    await hub.advance(600);
    expect(entities.map(({ updates }) => updates)).toEqual([1, 1, 1, 1]);
    expect(hub.log.map(({ message }) => message).join()).toContain('a round was left out');
    await hub.advance(1_000);
    expect(entities.map(({ updates }) => updates)).toEqual([2, 2, 1, 1]);
  });

  it.each([
    { scanIntervalMs: 0 },
    { parallelUpdates: -1 },
    { parallelUpdates: 1.5 },
    { domain: 'A' },
  ])('refuses %j', (options) => {
    expect(() => home(options)).toThrow(InvalidOptionError);
  });
});

describe('CoordinatorEntity', () => {
  class Temperature extends CoordinatorEntity<number> {
    override name = 'Outside';
    override get state(): number | null {
      return this.coordinator.data ?? null;
    }
  }

  it('shows what the coordinator has, and polls while it is there', async () => {
    const { hub, platform } = home();
    let value: number | Error = 5;
    const coordinator = new DataUpdateCoordinator<number>(hub, {
      name: 'weather',
      updateIntervalMs: 10_000,
      update: () => {
        if (value instanceof Error) throw value;
        return value;
      },
    });
    await coordinator.firstRefresh();
    const entity = new Temperature(coordinator);
    await platform.addEntities([entity]);
    expect(hub.states.is('sensor.outside', 5)).toBe(true);
    value = 6;
    await hub.advance('10s');
    expect(hub.states.is('sensor.outside', 6)).toBe(true);
    value = new UpdateFailed('no answer');
    await hub.advance('10s');
    expect(hub.states.is('sensor.outside', 'unavailable')).toBe(true);
    await entity.remove();
    expect(hub.clock?.pendingCount).toBe(0);
  });
});
