import { describe, expect, it } from '@jest/globals';
import {
  Entity,
  EntityPlatform,
  EntityServiceError,
  InvalidOptionError,
  InvalidServiceResponseError,
  MATCH_ALL,
  Scope,
  ServiceNotFound,
  type StandardSchema,
  ServiceValidationError,
  sleep,
  TimeoutError,
} from 'rxhome';
import { createTestHub, expectNoLeaks, recordEvents, type TestHub } from 'rxhome/testing';
import { z } from 'zod';

class Lamp extends Entity {
  override available = true;
  override readonly shouldPoll = false;
  isOn = false;
  brightness: number | null = null;
  timesOn = 0;

  override readonly name: string;

  constructor(name: string) {
    super();
    this.name = name;
  }

  override get state(): string {
    return this.isOn ? 'on' : 'off';
  }

  turnOn({ brightness }: { brightness?: number | undefined }): void {
    this.isOn = true;
    this.timesOn++;
    this.brightness = brightness ?? null;
    this.writeState();
  }
}

const on = z.strictObject({ brightness: z.number().max(255).optional() });

interface Owner {
  readonly scope: Scope;
  readonly platform: EntityPlatform;
  readonly lamps: readonly Lamp[];
}

/** Somebody with lights that obey `light.turn_on`. */
async function owner(hub: TestHub, name: string, ...names: string[]): Promise<Owner> {
  const { scope, platform } = lights(hub, name);
  platform.registerEntityService('turn_on', { schema: on }, (lamp: Lamp, data) =>
    lamp.turnOn(data),
  );
  const lamps = names.map((one) => new Lamp(one));
  await platform.addEntities(lamps);
  return { scope, platform, lamps };
}

function lights(hub: TestHub, name: string): Omit<Owner, 'lamps'> {
  const scope = new Scope(name);
  hub.scope.adopt(scope);
  return { scope, platform: new EntityPlatform(hub.scoped(scope), { domain: 'light' }) };
}

const turnOn = (hub: TestHub, entityId: unknown, data = {}): PromiseLike<void> =>
  hub.services.call('light', 'turn_on', { ...data, entityId });

/** What a call was rejected with. */
async function failure(call: PromiseLike<unknown>): Promise<unknown> {
  return call.then(
    () => undefined,
    (error: unknown) => error,
  );
}

const isOn = (hub: TestHub, ...ids: string[]): boolean[] =>
  ids.map((id) => hub.states.is(`light.${id}`, 'on'));

describe('a service of entities', () => {
  it('is one for the entities of all integrations, with tasks of their owners', async () => {
    const hub = createTestHub();
    const hue = await owner(hub, 'hue', 'A', 'B');
    await owner(hub, 'mqtt', 'C');
    const changes = recordEvents(hub, 'state_changed');
    const tasks: string[] = [];
    hub.activity$.subscribe((one) => {
      if (one.kind === 'task') tasks.push(`${one.name} of ${one.owner}`);
    });
    await turnOn(hub, ['light.a', 'light.c', 'light.a'], { brightness: 7 });
    expect(isOn(hub, 'a', 'b', 'c')).toEqual([true, false, true]);
    expect(changes.events).toHaveLength(2);
    expect(hue.lamps[0]).toMatchObject({ brightness: 7, timesOn: 1 });
    expect([...new Set(tasks)]).toEqual([
      'light.turn_on of hub',
      'light.turn_on light.a of light.a of hue',
      'light.turn_on light.c of light.c of mqtt',
    ]);
    expect(hub.why('light.c').steps.map(({ type }) => type)).toEqual([
      'call_service',
      'state_changed',
    ]);
  });

  it('is there from the first entity to the last', async () => {
    const hub = createTestHub();
    const told = recordEvents(hub, MATCH_ALL);
    const none = await owner(hub, 'none');
    expect(hub.services.has('light', 'turn_on')).toBe(false);
    const [a, b] = [await owner(hub, 'a', 'A'), await owner(hub, 'b', 'B')];
    await a.scope.close();
    await turnOn(hub, 'light.b');
    await none.platform.addEntities([new Lamp('N')]);
    await b.lamps[0]?.remove();
    await turnOn(hub, 'light.n');
    await Promise.all([none.scope.close(), b.scope.close()]);
    expect(await failure(turnOn(hub, 'light.n'))).toBeInstanceOf(ServiceNotFound);
    const names = told.events.map(({ type }) => type).filter((type) => /^service_/.test(type));
    expect(names).toEqual(['service_registered', 'service_removed']);
    told.stop();
    expectNoLeaks(hub);
  });

  it('is taken back by itself, and by unsubscribing', async () => {
    const hub = createTestHub();
    const { platform, scope } = lights(hub, 'hue');
    await platform.addEntities([new Lamp('A')]);
    const owned = scope.size;
    const begin = (): (() => void) =>
      platform.registerEntityService('turn_on', {}, (lamp: Lamp) => lamp.turnOn({}));
    const end = begin();
    await turnOn(hub, 'light.a', { whatever: 1 });
    end();
    expect(hub.services.has('light', 'turn_on')).toBe(false);
    expect(scope.size).toBe(owned);
    const again = begin();
    end();
    expect(hub.services.has('light', 'turn_on')).toBe(true);
    again();
  });

  it('is left alone when somebody has it already, and that is said once', async () => {
    const hub = createTestHub();
    const end = hub.services.register('light', 'turn_on', () => undefined);
    const { lamps, platform } = await owner(hub, 'hue', 'A', 'B');
    await turnOn(hub, 'light.a');
    expect(lamps[0]?.isOn).toBe(false);
    expect(hub.log.filter(({ level }) => level === 'warn')).toMatchObject([
      {
        message:
          '`light.turn_on` is offered by hub already, so it cannot control the entities of hue.',
      },
    ]);
    end();
    await platform.addEntities([new Lamp('C')]);
    await turnOn(hub, 'light.a');
    expect(lamps[0]?.isOn).toBe(true);
  });
});

describe('the target', () => {
  it('may be all that can be reached', async () => {
    const hub = createTestHub();
    const { lamps } = await owner(hub, 'hue', 'A', 'B');
    await owner(hub, 'mqtt', 'C');
    const [a, b] = lamps as [Lamp, Lamp];
    b.available = false;
    await turnOn(hub, 'all');
    expect([a.isOn, b.isOn, ...isOn(hub, 'c')]).toEqual([true, false, true]);
    await turnOn(hub, []);
  });

  it.each([[undefined], [null], [5], [['light.a', 5]], [{}]])('may not be %p', async (target) => {
    const hub = createTestHub();
    await owner(hub, 'hue', 'A');
    const error = await failure(turnOn(hub, target));
    expect(error).toBeInstanceOf(ServiceValidationError);
    expect(String(error)).toContain('`entityId`: expected the ids of entities, or `all`, got');
    expect(isOn(hub, 'a')).toEqual([false]);
  });

  it('is called `entityId`, and who calls it as Home Assistant does is told so', async () => {
    const hub = createTestHub();
    await owner(hub, 'hue', 'A');
    const called = hub.services.call('light', 'turn_on', { entity_id: 'light.a' });
    expect(String(await failure(called))).toContain('`entity_id` is called `entityId` here');
    expect(String(await failure(turnOn(hub, undefined)))).not.toContain('entity_id');
    expect(isOn(hub, 'a')).toEqual([false]);
  });

  it('is named where it cannot be commanded, and the others do it', async () => {
    const hub = createTestHub();
    const { lamps } = await owner(hub, 'hue', 'A', 'B');
    lamps[1]!.available = false;
    const error = await failure(turnOn(hub, ['light.x', 'light.a', 'light.b']));
    expect(error).toBeInstanceOf(ServiceValidationError);
    expect(error).toMatchObject({
      message: 'there is no `light.x` that obeys `light.turn_on`. `light.b` is unavailable.',
      issues: [{ path: 'entityId' }, { path: 'entityId' }],
    });
    expect(isOn(hub, 'a')).toEqual([true]);
  });

  it('is no entity that has no state yet, or none any more', async () => {
    const hub = createTestHub();
    class Slow extends Lamp {
      override async onAdded(): Promise<void> {
        await sleep(50);
      }
    }
    const { platform, lamps } = await owner(hub, 'hue', 'A', 'B');
    const adding = platform.addEntities([new Slow('Slow')]);
    await lamps[1]?.remove();
    for (const id of ['light.slow', 'light.b'])
      expect(String(await failure(turnOn(hub, id)))).toContain(`there is no \`${id}\``);
    await hub.advance('1s');
    await adding;
    await turnOn(hub, 'light.slow');
    expect(isOn(hub, 'slow')).toEqual([true]);
  });
});

describe('the data', () => {
  it('that nobody takes is refused before anything begins', async () => {
    const hub = createTestHub();
    await owner(hub, 'hue', 'A');
    await owner(hub, 'mqtt', 'B');
    const calls = recordEvents(hub, 'call_service');
    const error = await failure(turnOn(hub, ['light.a', 'light.b'], { brightness: 999 }));
    expect(error).toBeInstanceOf(ServiceValidationError);
    expect(String(error)).toContain('The data for `light.turn_on` is wrong: `brightness`:');
    expect(calls.events).toEqual([]);
  });

  it('is checked by the schema of each owner: some take what others refuse', async () => {
    const hub = createTestHub();
    const plain = lights(hub, 'plain');
    const given: unknown[] = [];
    const any = z.object({ color: z.string().toUpperCase(), n: z.number().default(3) });
    plain.platform.registerEntityService(
      'turn_on',
      { schema: any },
      (_lamp, data) => void given.push(data),
    );
    await plain.platform.addEntities([new Lamp('P'), new Lamp('Q')]);
    await owner(hub, 'hue', 'A');
    const ids = ['light.p', 'light.a', 'light.q'];
    const error = await failure(turnOn(hub, ids, { color: 'red' }));
    expect(error).toBeInstanceOf(ServiceValidationError);
    expect(String(error)).toContain('color');
    expect(given).toEqual([
      { color: 'RED', n: 3 },
      { color: 'RED', n: 3 },
    ]);
  });

  it('may take time to be checked', async () => {
    const hub = createTestHub();
    const { platform } = lights(hub, 'slow');
    const given: unknown[] = [];
    const schema = z.object({ n: z.number() }).refine(async ({ n }) => {
      await sleep(10);
      return n > 1;
    });
    platform.registerEntityService('turn_on', { schema }, (_lamp, data) => void given.push(data));
    await platform.addEntities([new Lamp('A')]);
    const calls = [failure(turnOn(hub, 'light.a', { n: 1 })), turnOn(hub, 'light.a', { n: 2 })];
    await hub.advance('1s');
    expect(await calls[0]).toBeInstanceOf(ServiceValidationError);
    await calls[1];
    expect(given).toEqual([{ n: 2 }]);
  });

  it('of a schema that throws fails for its entities only', async () => {
    const hub = createTestHub();
    const { platform } = lights(hub, 'broken');
    const validate = (): never => {
      throw new Error('no idea');
    };
    const schema: StandardSchema = { '~standard': { version: 1, vendor: 'x', validate } };
    platform.registerEntityService('turn_on', { schema: schema }, () => undefined);
    await platform.addEntities([new Lamp('X')]);
    await owner(hub, 'hue', 'A');
    expect(String(await failure(turnOn(hub, ['light.x', 'light.a'])))).toContain('no idea');
    expect(isOn(hub, 'a')).toEqual([true]);
  });
});

describe('an entity that fails', () => {
  it('is named with its owner, and keeps no other', async () => {
    const hub = createTestHub();
    await owner(hub, 'hue', 'A');
    const bad = lights(hub, 'bad');
    const boom = new Error('boom');
    bad.platform.registerEntityService('turn_on', {}, async (lamp) => {
      if (lamp.name === 'X') throw boom;
      await Promise.reject(new Error('bang'));
    });
    await bad.platform.addEntities([new Lamp('X'), new Lamp('Y')]);
    const error = await failure(turnOn(hub, ['light.x', 'light.a', 'light.y', 'light.z']));
    expect(error).toBeInstanceOf(EntityServiceError);
    expect(error).toMatchObject({ code: 'ENTITY_SERVICE_FAILED' });
    const { failures, message } = error as EntityServiceError;
    expect(message).toContain('`light.x` of bad: boom');
    expect(message).toContain('`light.y` of bad: bang');
    expect(failures.map(({ entityId, owner: of }) => [entityId, of])).toEqual([
      ['light.z', null],
      ['light.x', 'bad'],
      ['light.y', 'bad'],
    ]);
    expect(failures[1]?.error).toBe(boom);
    expect(isOn(hub, 'a')).toEqual([true]);
    expect(hub.errors).toEqual([]); // whoever called was told
  });

  it('is named in the report when nobody waits', async () => {
    const hub = createTestHub();
    const { platform } = lights(hub, 'bad');
    platform.registerEntityService('turn_on', {}, () => {
      throw new Error('boom');
    });
    await platform.addEntities([new Lamp('X')]);
    void hub.services.call('light', 'turn_on', { entityId: 'light.x' });
    await hub.advance(1);
    expect(hub.errors).toHaveLength(1);
    expect(String(hub.errors[0]?.error)).toContain('`light.x` of bad: boom');
  });

  it('may do so in saying whether it can be reached', async () => {
    const hub = createTestHub();
    let isBroken = false;
    class Odd extends Lamp {
      constructor(name: string) {
        super(name);
        Object.defineProperty(this, 'available', {
          get: () => {
            if (isBroken) throw new Error('odd');
            return true;
          },
        });
      }
    }
    const { platform } = await owner(hub, 'hue', 'A');
    await platform.addEntities([new Odd('O')]);
    isBroken = true;
    expect(String(await failure(turnOn(hub, 'all')))).toContain('`light.o` of hue: odd');
    expect(isOn(hub, 'a')).toEqual([true]);
  });
});

describe('an answer', () => {
  it('has what each gave, by id', async () => {
    const hub = createTestHub();
    const { platform } = lights(hub, 'hue');
    platform.registerEntityService('look', { supportsResponse: 'only' }, (lamp: Lamp) =>
      lamp.name === 'Bad' ? 5 : { name: lamp.name },
    );
    await platform.addEntities([new Lamp('A'), new Lamp('B'), new Lamp('Bad')]);
    const look = (entityId: unknown): PromiseLike<unknown> =>
      hub.services.call('light', 'look', { entityId }, { returnResponse: true });
    expect(await look(['light.a', 'light.b'])).toEqual({
      'light.a': { name: 'A' },
      'light.b': { name: 'B' },
    });
    const error = (await failure(look(['light.a', 'light.bad']))) as EntityServiceError;
    expect(error.failures[0]?.error).toBeInstanceOf(InvalidServiceResponseError);
    const unasked = hub.services.call('light', 'look', { entityId: 'light.a' });
    expect(await failure(unasked)).toBeInstanceOf(ServiceValidationError);
  });
});

describe('a call', () => {
  it('that is cancelled ends the work of all', async () => {
    const hub = createTestHub();
    const { scope, platform } = lights(hub, 'slow');
    const reasons: unknown[] = [];
    platform.registerEntityService('turn_on', {}, async (_lamp, _data, signal) => {
      await sleep(1000, { signal }).catch(() => reasons.push(signal.reason));
      signal.throwIfAborted();
    });
    await platform.addEntities([new Lamp('A'), new Lamp('B')]);
    const given = new AbortController();
    const call = hub.services.call(
      'light',
      'turn_on',
      { entityId: 'all' },
      { signal: given.signal },
    );
    await hub.advance(10);
    const why = new Error('enough');
    given.abort(why);
    expect(await failure(call)).toBe(why);
    await hub.advance(10);
    expect(reasons).toHaveLength(2);
    await scope.close();
    expectNoLeaks(hub);
  });

  it('that is given up is no failure of its entities, unless one fails for another reason', async () => {
    const hub = createTestHub({ strict: false });
    const { platform } = lights(hub, 'slow');
    platform.registerEntityService('turn_on', {}, async ({ name }: Lamp, _data, signal) => {
      await sleep(1000, { signal }).catch((reason: unknown) => {
        throw name === 'Bad' ? new Error('out of order') : reason;
      });
    });
    await platform.addEntities([new Lamp('A'), new Lamp('Bad')]);
    const call = (entityId: string): Promise<unknown> =>
      failure(hub.services.call('light', 'turn_on', { entityId }, { timeoutMs: 10 }));
    const good = call('light.a');
    await hub.advance('1s');
    expect(await good).toBeInstanceOf(TimeoutError);
    expect(hub.errors).toEqual([]);
    const bad = call('all');
    await hub.advance('1s');
    expect(await bad).toBeInstanceOf(TimeoutError);
    expect(hub.errors.some(({ error }) => String(error).includes('out of order'))).toBe(true);
  });

  it('names an entity that is removed while the data is checked', async () => {
    const hub = createTestHub();
    const { platform } = lights(hub, 'slow');
    const schema = z.object({}).refine(() => sleep(10).then(() => true));
    platform.registerEntityService('turn_on', { schema }, (lamp: Lamp) => lamp.turnOn({}));
    const [gone, stays] = [new Lamp('A'), new Lamp('B')];
    await platform.addEntities([gone, stays]);
    const call = failure(turnOn(hub, 'all'));
    await gone.remove();
    await hub.advance('1s');
    expect(await call).toMatchObject({
      code: 'SERVICE_VALIDATION',
      message: '`light.a` is gone.',
    });
    expect([gone.timesOn, stays.timesOn]).toEqual([0, 1]);
    expect(hub.errors).toEqual([]);
  });

  it('goes on for the others when an owner is unloaded, who does nothing more', async () => {
    const hub = createTestHub({ strict: false });
    const gone = lights(hub, 'gone');
    gone.platform.registerEntityService('turn_on', {}, async (lamp: Lamp) => {
      await sleep(100); // deaf to its signal
      lamp.turnOn({});
    });
    await gone.platform.addEntities([new Lamp('G')]);
    await owner(hub, 'hue', 'A');
    const call = failure(turnOn(hub, ['light.g', 'light.a']));
    const closing = gone.scope.close();
    await hub.advance('1s');
    await closing;
    expect(((await call) as EntityServiceError).failures).toMatchObject([
      { entityId: 'light.g', owner: 'gone', error: { code: 'CANCELLED' } },
    ]);
    expect(isOn(hub, 'a')).toEqual([true]);
    expect(hub.states.get('light.g')).toBeUndefined();
  });

  it('may take away the entity that obeys it', async () => {
    const hub = createTestHub();
    const { scope, platform } = lights(hub, 'hue');
    platform.registerEntityService('turn_on', {}, (lamp: Lamp) => lamp.remove());
    await platform.addEntities([new Lamp('A')]);
    await failure(turnOn(hub, 'light.a'));
    expect(hub.states.get('light.a')).toBeUndefined();
    expect(hub.services.has('light', 'turn_on')).toBe(false);
    await scope.close();
    expectNoLeaks(hub);
  });
});

describe('bad input', () => {
  it('is refused, by name', () => {
    const { platform } = lights(createTestHub(), 'hue');
    const register = platform.registerEntityService as (...args: unknown[]) => () => void;
    const noop = (): void => undefined;
    for (const [args, words] of [
      [['turn on', {}, noop], 'turn on'],
      [['turn_on', {}, undefined], 'undefined'],
      [['turn_on', { schema: 5 }, noop], 'Standard Schema'],
      [['turn_on', { supportsResponse: 'yes' }, noop], 'yes'],
    ] as const) {
      expect(() => register(...args)).toThrow(InvalidOptionError);
      expect(() => register(...args)).toThrow(words);
    }
    register('Turn_On', {}, noop);
    expect(() => register('turn_on', {}, noop)).toThrow('hue offers `light.turn_on` already.');
  });

  it('is an answer that others do not give, while they are there', async () => {
    const hub = createTestHub();
    const noop = (): object => ({});
    const one = lights(hub, 'one');
    one.platform.registerEntityService('look', { supportsResponse: 'only' }, noop);
    const { platform } = lights(hub, 'two');
    expect(() => platform.registerEntityService('look', {}, noop)).toThrow(
      'Expected `only` as `supportsResponse` of `light.look`, as one has it, got `none`.',
    );
    await one.scope.close();
    platform.registerEntityService('look', {}, noop);
    await platform.addEntities([new Lamp('A')]);
    expect(hub.services.all()['light']?.['look']?.supportsResponse).toBe('none');
  });

  it('is an owner that is gone', async () => {
    const hub = createTestHub();
    const { platform, scope } = lights(hub, 'gone');
    await scope.close();
    platform.registerEntityService('turn_on', {}, () => undefined);
    expect(hub.services.has('light', 'turn_on')).toBe(false);
  });
});
