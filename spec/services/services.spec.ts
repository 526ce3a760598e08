import { describe, expect, it } from '@jest/globals';
import {
  callback,
  CancelledError,
  Context,
  InvalidOptionError,
  InvalidServiceResponseError,
  Job,
  Scope,
  ScopeClosedError,
  ServiceNotFound,
  ServiceValidationError,
  sleep,
  TimeoutError,
  type ServiceCall,
} from 'rxhome';
import { createTestHub, recordEvents } from 'rxhome/testing';
import { z } from 'zod';

const brightness = z.object({ brightness: z.coerce.number().min(0).max(255) });

describe('register', () => {
  it('offers a service under its lowered name, and tells of it', () => {
    const hub = createTestHub();
    const events = recordEvents(hub);
    hub.services.register('Light', 'Turn_On', () => undefined);
    expect(hub.services.has('light', 'TURN_ON')).toBe(true);
    expect(hub.services.all()).toEqual({
      light: {
        turn_on: {
          domain: 'light',
          service: 'turn_on',
          supportsResponse: 'none',
          owner: 'hub',
        },
      },
    });
    expect(events.events.map(({ type, data }) => [type, data])).toEqual([
      ['service_registered', { domain: 'light', service: 'turn_on' }],
    ]);
  });

  it('replaces silently; the first one cannot take the second away', async () => {
    const hub = createTestHub();
    const calls: string[] = [];
    const first = hub.services.register('a', 'b', () => void calls.push('first'));
    hub.services.register('a', 'b', () => void calls.push('second'));
    first();
    await hub.services.call('a', 'b');
    expect(calls).toEqual(['second']);
  });

  it('ends once, when it is unsubscribed', () => {
    const hub = createTestHub();
    const removed: unknown[] = [];
    hub.bus.listen('service_removed', ({ data }) => void removed.push(data));
    const end = hub.services.register('a', 'b', () => undefined);
    end();
    end();
    expect(hub.services.has('a', 'b')).toBe(false);
    expect(hub.services.all()).toEqual({});
    expect(removed).toEqual([{ domain: 'a', service: 'b' }]);
  });

  it('ends with its owner, in the first step of closing', () => {
    const hub = createTestHub();
    const scope = new Scope('lamps');
    hub.scoped(scope).services.register('a', 'b', () => undefined);
    void scope.close();
    expect(hub.services.has('a', 'b')).toBe(false);
  });

  it.each([
    [{ domain: 'a b' }, 'a b'],
    [{ domain: '' }, 'got ``'],
    [{ service: 7 }, '7'],
    [{ service: 'turn-on' }, 'turn-on'],
    [{ handler: 'no function' }, 'no function'],
    [{ options: { supportsResponse: 'always' } }, 'always'],
    [{ options: { schema: {} } }, '{}'],
  ])('refuses %j', (wrong: Record<string, unknown>, named) => {
    const hub = createTestHub();
    const given = { domain: 'a', service: 'b', handler: () => undefined, options: {}, ...wrong };
    const register = (): unknown =>
      hub.services.register(given.domain, given.service, given.handler, given.options);
    expect(register).toThrow(InvalidOptionError);
    expect(register).toThrow(named);
    expect(hub.services.all()).toEqual({});
  });
});

describe('remove', () => {
  it('takes a service away, whoever registered it', () => {
    const hub = createTestHub();
    const scope = new Scope('lamps');
    const end = hub.scoped(scope).services.register('a', 'b', () => undefined);
    const events = recordEvents(hub);
    hub.services.remove('A', 'B');
    end();
    expect(hub.services.has('a', 'b')).toBe(false);
    expect(events.events.map(({ type }) => type)).toEqual(['service_removed']);
  });

  it('only warns when there is none', () => {
    const hub = createTestHub();
    const events = recordEvents(hub);
    hub.services.remove('a', 'b');
    expect(events.events).toEqual([]);
    expect(hub.log.map(({ message }) => message)).toEqual(['There is no service `a.b` to remove.']);
  });
});

describe('call', () => {
  it('has called a handler that does its work at once when it returns', () => {
    const hub = createTestHub();
    const seen: ServiceCall[] = [];
    hub.services.register('light', 'turn_on', (call) => void seen.push(call));
    const data = { brightness: 7 };
    const task = hub.services.call('LIGHT', 'turn_on', data, {
      target: { entityId: 'light.hall' },
    });
    expect(task.status).toBe('done');
    expect(seen[0]).toMatchObject({
      domain: 'light',
      service: 'turn_on',
      data: { brightness: 7, entityId: 'light.hall' },
      returnResponse: false,
    });
    expect(Object.isFrozen(seen[0]?.data)).toBe(true);
    expect(data).toEqual({ brightness: 7 });
  });

  it('puts the target over the data', async () => {
    const hub = createTestHub();
    let got: unknown;
    hub.services.register('a', 'b', ({ data }) => void (got = data));
    await hub.services.call('a', 'b', { entityId: 'x.y' }, { target: { entityId: 'a.b' } });
    expect(got).toEqual({ entityId: 'a.b' });
  });

  it('tells of the call first, with what was given, and is the cause of all that follows', async () => {
    const hub = createTestHub();
    const recording = recordEvents(hub);
    hub.services.register(
      'light',
      'turn_on',
      async ({ data }) => {
        await sleep(5);
        hub.states.set('light.hall', 'on', { brightness: data.brightness });
      },
      { schema: brightness },
    );
    const context = new Context({ userId: 'anna' });
    const task = hub.services.call('light', 'turn_on', { brightness: '9' }, { context });
    await hub.advance(5);
    await task;
    const [, called, changed] = recording.events;
    expect(called?.type).toBe('call_service');
    expect(called?.context).toBe(context);
    expect(called?.toJSON()).toMatchObject({
      data: { domain: 'light', service: 'turn_on', service_data: { brightness: '9' } },
    });
    expect(changed?.context.parentId).toBe(context.id);
    expect(hub.states.get('light.hall')?.attributes).toEqual({ brightness: 9 });
  });

  it('is caused by what calls it', async () => {
    const hub = createTestHub();
    let context: Context | undefined;
    hub.services.register('a', 'b', (call) => void (context = call.context));
    const pressed = new Context();
    hub.bus.listen('pressed', () => hub.services.call('a', 'b'));
    hub.bus.fire('pressed', {}, { context: pressed });
    expect(context?.parentId).toBe(pressed.id);
  });

  it('is a link in the chain of causes, also when nobody listens to calls', async () => {
    const hub = createTestHub();
    hub.services.register('light', 'turn_on', async () => {
      await sleep(10);
      hub.states.set('light.hall', 'on');
    });
    hub.bus.listen('motion', () => void hub.services.call('light', 'turn_on'));
    const types = async (): Promise<string[]> => {
      hub.bus.fire('motion');
      await hub.advance(10);
      const why = hub.why('light.hall');
      expect(why.isComplete).toBe(true);
      return why.steps.map(({ type }) => type);
    };
    expect(await types()).toEqual(['motion', 'call_service', 'state_changed']);
    hub.states.remove('light.hall');
    recordEvents(hub);
    expect(await types()).toEqual(['motion', 'call_service', 'state_changed']);
  });

  it('runs each kind of handler', async () => {
    const hub = createTestHub();
    const asked: string[] = [];
    hub.services.register('a', 'plain', () => void asked.push('plain'));
    hub.services.register(
      'a',
      'marked',
      callback(() => void asked.push('marked')),
    );
    hub.services.register('a', 'async', async () => {
      await sleep(1);
      asked.push('async');
    });
    hub.services.register('a', 'job', new Job(() => void asked.push('job'), { name: 'a job' }));
    for (const name of ['plain', 'marked', 'async', 'job']) {
      const task = hub.services.call('a', name);
      await hub.advance(1);
      await expect(task).resolves.toBeUndefined();
    }
    expect(asked).toEqual(['plain', 'marked', 'async', 'job']);
  });

  it('rejects with what the handler throws, and reports it when nobody awaits', async () => {
    const hub = createTestHub();
    const scope = new Scope('lamps');
    const failure = new Error('bulb broken');
    hub.scoped(scope).services.register('a', 'b', async () => {
      await sleep(1);
      throw failure;
    });
    const task = hub.services.call('a', 'b');
    const outcome = expect(task).rejects.toBe(failure);
    await hub.advance(1);
    await outcome;
    expect(hub.errors).toEqual([]);
    void hub.services.call('a', 'b');
    await hub.advance(1);
    expect(hub.errors).toMatchObject([
      { error: failure, source: 'service', owner: 'lamps', name: 'a.b' },
    ]);
  });

  it('knows no service: rejects, names it, and tells what there is', async () => {
    const hub = createTestHub();
    hub.services.register('light', 'turn_on', () => undefined);
    const task = hub.services.call('light', 'turn_off');
    await expect(task).rejects.toBeInstanceOf(ServiceNotFound);
    await expect(task).rejects.toBeInstanceOf(ServiceValidationError);
    await expect(task).rejects.toThrow(/`light.turn_off`.*turn_on/);
    void hub.services.call('no', 'such');
    await hub.advance(0);
    expect(hub.errors).toMatchObject([{ source: 'service', name: 'call no.such' }]);
  });

  it('refuses data that does not fit, before anything is told', async () => {
    const hub = createTestHub();
    let calls = 0;
    hub.services.register('light', 'turn_on', () => (calls += 1), { schema: brightness });
    const recording = recordEvents(hub);
    const task = hub.services.call('light', 'turn_on', { brightness: 300 });
    await expect(task).rejects.toMatchObject({
      name: 'ServiceValidationError',
      code: 'SERVICE_VALIDATION',
      issues: [{ path: 'brightness' }],
    });
    await expect(task).rejects.toThrow(/`light.turn_on`.*`brightness`/);
    expect(calls).toBe(0);
    expect(recording.events).toEqual([]);
  });

  it('takes a schema that needs time', async () => {
    const hub = createTestHub();
    const slow = z.object({
      n: z.number().refine(async (n) => {
        await sleep(5);
        return n > 0;
      }),
    });
    let got: unknown;
    hub.services.register('a', 'b', ({ data }) => void (got = data), { schema: slow });
    const right = hub.services.call('a', 'b', { n: 1 });
    expect(got).toBeUndefined();
    await hub.advance(5);
    await right;
    expect(got).toEqual({ n: 1 });
    const wrong = expect(hub.services.call('a', 'b', { n: -1 })).rejects.toBeInstanceOf(
      ServiceValidationError,
    );
    await hub.advance(5);
    await wrong;
  });

  it.each([null, 7, 'x', [1]])('refuses %j for data', async (data) => {
    const hub = createTestHub();
    hub.services.register('a', 'b', () => undefined);
    const task = hub.services.call('a', 'b', data as never);
    await expect(task).rejects.toBeInstanceOf(InvalidOptionError);
  });
});

describe('responses', () => {
  const setUp = (): ReturnType<typeof createTestHub> => {
    const hub = createTestHub();
    hub.services.register('a', 'none', () => ({ never: 'seen' }));
    hub.services.register('a', 'optional', () => ({ is: 'there' }), {
      supportsResponse: 'optional',
    });
    hub.services.register('a', 'only', async () => ({ is: 'all' }), { supportsResponse: 'only' });
    hub.services.register('a', 'wrong', () => [1], { supportsResponse: 'optional' });
    return hub;
  };

  it('gives the answer to who asks for it, and nothing to others', async () => {
    const { services } = setUp();
    const answer = { returnResponse: true } as const;
    expect(await services.call('a', 'optional', {}, answer)).toEqual({ is: 'there' });
    expect(await services.call('a', 'only', {}, answer)).toEqual({ is: 'all' });
    await expect(services.call('a', 'optional')).resolves.toBeUndefined();
    await expect(services.call('a', 'none')).resolves.toBeUndefined();
    await expect(services.call('a', 'wrong')).resolves.toBeUndefined();
  });

  it('refuses a question that cannot be answered', async () => {
    const { services } = setUp();
    const answer = { returnResponse: true } as const;
    await expect(services.call('a', 'none', {}, answer)).rejects.toThrow(/gives no answer/);
    await expect(services.call('a', 'only')).rejects.toThrow(/returnResponse: true/);
    const wrong = services.call('a', 'wrong', {}, answer);
    await expect(wrong).rejects.toBeInstanceOf(InvalidServiceResponseError);
    await expect(wrong).rejects.toThrow(/`a.wrong`/);
  });
});

describe('the end of a call', () => {
  const slow = async ({ signal }: ServiceCall): Promise<void> => sleep(100, { signal });

  it('rejects at once after timeoutMs, and tells the service', async () => {
    const hub = createTestHub();
    let told: unknown;
    hub.services.register('a', 'deaf', async ({ signal }) => {
      await sleep(100);
      told = signal.reason;
    });
    const task = hub.services.call('a', 'deaf', {}, { timeoutMs: 10 });
    const outcome = expect(task).rejects.toBeInstanceOf(TimeoutError);
    await hub.advance(10);
    await outcome;
    await expect(task).rejects.toThrow('`a.deaf` took longer than 10 ms.');
    expect(hub.snapshot().tasks).toHaveLength(1);
    await hub.advance(100);
    expect(told).toBeInstanceOf(CancelledError);
    expect(hub.snapshot().tasks).toHaveLength(0);
    expect(hub.errors).toEqual([]);
  });

  it('rejects with the reason of the signal', async () => {
    const hub = createTestHub();
    hub.services.register('a', 'b', slow);
    const stop = new AbortController();
    const task = hub.services.call('a', 'b', {}, { signal: stop.signal });
    stop.abort('enough');
    await expect(task).rejects.toBe('enough');
    await expect(hub.services.call('a', 'b', {}, { signal: stop.signal })).rejects.toBe('enough');
    await hub.advance(0);
    expect(hub.snapshot().tasks).toEqual([]);
  });

  it('can be cancelled, with a limit and without', async () => {
    const hub = createTestHub();
    hub.services.register('a', 'b', slow);
    for (const options of [{}, { timeoutMs: 50 }]) {
      const task = hub.services.call('a', 'b', {}, options);
      task.cancel('changed my mind');
      await expect(task).rejects.toMatchObject({
        name: 'CancelledError',
        cause: 'changed my mind',
      });
    }
    expect(hub.snapshot().tasks).toEqual([]);
    expect(hub.clock?.pendingCount).toBe(0);
  });

  it('comes with the end of the owner of the service', async () => {
    const hub = createTestHub();
    const scope = new Scope('lamps');
    hub.scoped(scope).services.register('a', 'b', slow);
    const task = hub.services.call('a', 'b');
    const outcome = expect(task).rejects.toBeInstanceOf(CancelledError);
    await scope.close();
    await outcome;
  });

  it('comes with the end of the caller', async () => {
    const hub = createTestHub();
    const scope = new Scope('automation');
    let told = false;
    hub.services.register('a', 'b', async ({ signal }) => {
      await sleep(100, { signal }).catch(() => (told = true));
    });
    const task = hub.scoped(scope).services.call('a', 'b');
    const outcome = expect(task).rejects.toBeInstanceOf(CancelledError);
    await scope.close();
    await outcome;
    expect(told).toBe(true);
    expect(hub.errors).toEqual([]);
  });

  it.each([-1, NaN, '5'])('refuses %j as timeoutMs', async (timeoutMs) => {
    const hub = createTestHub();
    hub.services.register('a', 'b', slow);
    const task = hub.services.call('a', 'b', {}, { timeoutMs: timeoutMs as number });
    await expect(task).rejects.toBeInstanceOf(InvalidOptionError);
  });
});

describe('an owner that is unloaded', () => {
  it('can neither register, remove nor call', async () => {
    const hub = createTestHub({ strict: false });
    hub.services.register('a', 'b', () => undefined);
    const scope = new Scope('lamps');
    const lamps = hub.scoped(scope);
    await scope.close();
    lamps.services.register('c', 'd', () => undefined)();
    lamps.services.remove('a', 'b');
    await expect(lamps.services.call('a', 'b')).rejects.toBeInstanceOf(ScopeClosedError);
    expect(hub.services.has('c', 'd')).toBe(false);
    expect(hub.services.has('a', 'b')).toBe(true);
    expect(hub.errors).toMatchObject([{ source: 'fence', owner: 'lamps' }]);
  });
});
