import { describe, expect, it, jest } from '@jest/globals';
import {
  CancelledError,
  Context,
  InvalidOptionError,
  Job,
  Scope,
  ScopeClosedError,
  type ServiceCall,
  ServiceNotFound,
  ServiceValidationError,
  sleep,
  type StandardSchema,
  TimeoutError,
  workerModule,
} from 'rxhome';
import { createTestHub, expectNoLeaks, recordEvents } from 'rxhome/testing';
import { z } from 'zod';

const worker = workerModule<typeof import('../fixtures/service.worker.js')>(
  new URL('../fixtures/service.worker.ts', import.meta.url),
);
const answer = { returnResponse: true } as const;

function schema(validate: (value: unknown) => unknown): StandardSchema<never> {
  return { '~standard': { version: 1, vendor: 'spec', validate } } as never;
}

describe.each(['inline', { minThreads: 1, maxThreads: 1 }] as const)(
  'a service of a worker function (%j)',
  (executor) => {
    it('gets plain data, and its errors cross', async () => {
      const time = executor === 'inline' ? 'virtual' : 'real';
      await using hub = createTestHub({ executor, time });
      const optional = { supportsResponse: 'optional' } as const;
      hub.services.register('disk', 'echo', new Job(worker.echo), optional);
      hub.services.register('disk', 'fail', new Job(worker.fail), optional);
      const context = new Context({ userId: 'anna' });
      const response = await hub.services.call(
        'disk',
        'echo',
        { path: '/x', at: new Date(5) },
        { ...answer, context, target: { entityId: 'a.b' } },
      );
      expect(response).toEqual({
        threadId: executor === 'inline' ? 0 : (response['threadId'] as number) || 'another',
        call: {
          domain: 'disk',
          service: 'echo',
          data: { path: '/x', at: new Date(5), entityId: 'a.b' },
          returnResponse: true,
          context: context.toJSON(),
        },
      });
      const failing = hub.services.call('disk', 'fail', { why: 'full' });
      await expect(failing).rejects.toMatchObject({
        name: 'RangeError',
        message: 'disk full: full',
        cause: { message: 'quota' },
      });
      const uncloneable = hub.services.call('disk', 'echo', { fn: () => undefined });
      await expect(uncloneable).rejects.toMatchObject({ name: expect.stringMatching(/Error/) });
      expect(hub.errors).toEqual([]);
      expectNoLeaks(hub);
    });
  },
);

it('may be called by a worker', async () => {
  await using hub = createTestHub({ executor: { minThreads: 1, maxThreads: 1 }, time: 'real' });
  const lamps = hub.scoped(new Scope('lamps'));
  const respond = async (): Promise<object> => ({ is: await Promise.resolve('on') });
  hub.services.register('light', 'turn_on', respond, { supportsResponse: 'only' });
  const call = (domain: string, service: string): Promise<unknown> =>
    lamps.services.call(domain, service, {}, answer);
  expect(await hub.addExecutorJob(worker.press, call as never)).toEqual({ is: 'on' });
});

describe('the order', () => {
  it('is: looked up, answer, data, told, called', async () => {
    const hub = createTestHub();
    const steps: string[] = [];
    hub.bus.listen('call_service', () => void steps.push('told'));
    hub.services.register('a', 'b', () => void steps.push('called'), {
      schema: schema((value) => (steps.push('checked'), { value })),
    });
    await expect(hub.services.call('a', 'b', {}, answer)).rejects.toThrow(ServiceValidationError);
    expect(steps).toEqual([]);
    await expect(hub.services.call('a', 'c', 7 as never, answer)).rejects.toThrow(ServiceNotFound);
    await hub.services.call('a', 'b');
    expect(steps).toEqual(['checked', 'told', 'called']);
  });

  it('is the same for everybody when a listener calls: the call, then what it does', () => {
    const hub = createTestHub();
    const heard: string[] = [];
    hub.services.register('light', 'turn_on', () => hub.states.set('light.hall', 'on'));
    hub.bus.listen('motion', () => {
      const task = hub.services.call('light', 'turn_on');
      expect([task.status, hub.states.get('light.hall')?.state]).toEqual(['done', 'on']);
    });
    const all = recordEvents(hub);
    hub.bus.listen('state_changed', () => void heard.push('state'));
    hub.bus.listen('call_service', () => void heard.push('call'));
    hub.bus.fire('motion');
    expect(heard).toEqual(['call', 'state']);
    expect(all.types.slice(-3)).toEqual(['motion', 'call_service', 'state_changed']);
  });

  it('lets no handler begin whose owner a listener of the call has unloaded', async () => {
    const hub = createTestHub();
    const scope = new Scope('lamps');
    let calls = 0;
    hub.scoped(scope).services.register('a', 'b', () => (calls += 1));
    hub.bus.listen('call_service', () => void scope.close());
    await expect(hub.services.call('a', 'b')).rejects.toBeInstanceOf(ScopeClosedError);
    expect([calls, hub.errors]).toEqual([0, []]);
  });

  it('lets no handler begin whose call a listener of it has ended', async () => {
    const hub = createTestHub();
    let calls = 0;
    const stop = new AbortController();
    hub.services.register('a', 'b', () => (calls += 1));
    hub.bus.listen('call_service', () => stop.abort('no'));
    await expect(hub.services.call('a', 'b', {}, { signal: stop.signal })).rejects.toBe('no');
    expect(calls).toBe(0);
  });

  it.each(['the owner', 'the call'])(
    'begins nothing when %s ends while data is checked',
    async (what) => {
      const hub = createTestHub();
      const scope = new Scope('lamps');
      let calls = 0;
      const slow = schema((value) => sleep(10).then(() => ({ value })));
      hub.scoped(scope).services.register('a', 'b', () => (calls += 1), { schema: slow });
      const told = recordEvents(hub, 'call_service');
      const task = hub.services.call('a', 'b');
      const outcome = expect(task).rejects.toBeInstanceOf(CancelledError);
      if (what === 'the owner') void scope.close();
      else task.cancel();
      await hub.advance(10);
      await outcome;
      expect([calls, told.events, hub.errors]).toEqual([0, [], []]);
    },
  );
});

describe('a schema', () => {
  it('may make something else of the data; what was given is told', async () => {
    const hub = createTestHub();
    let got: unknown;
    const minutes = z.object({ for: z.number() }).transform((data) => data.for * 60_000);
    hub.services.register('a', 'b', ({ data }) => void (got = data), { schema: minutes });
    const told = recordEvents(hub, 'call_service');
    await hub.services.call('a', 'b', { for: 2 });
    expect(got).toBe(120_000);
    expect(told.events[0]?.data).toMatchObject({ serviceData: { for: 2 } });
  });

  it('names every path', async () => {
    const hub = createTestHub();
    const deep = z.object({ list: z.array(z.object({ n: z.number() })), name: z.string() });
    hub.services.register('a', 'b', () => undefined, { schema: deep });
    const task = hub.services.call('a', 'b', { list: [{ n: 1 }, { n: 'x' }] });
    await expect(task).rejects.toMatchObject({ issues: [{ path: 'list.1.n' }, { path: 'name' }] });
  });

  it.each([
    [
      'throws',
      (): never => {
        throw new Error('broken schema');
      },
    ],
    ['rejects', () => Promise.reject(new Error('broken schema'))],
  ])('that %s fails the call, and nothing is told', async (_, validate) => {
    const hub = createTestHub();
    hub.services.register('a', 'b', () => undefined, { schema: schema(validate) });
    const told = recordEvents(hub, 'call_service');
    await expect(hub.services.call('a', 'b')).rejects.toThrow('broken schema');
    void hub.services.call('a', 'b');
    await hub.advance(1);
    expect([told.events, hub.errors.length]).toEqual([[], 1]);
  });
});

describe('names', () => {
  it('may be those that objects have by themselves', async () => {
    const hub = createTestHub();
    hub.services.register('__proto__', 'constructor', () => undefined);
    expect(Object.keys(hub.services.all())).toEqual(['__proto__']);
    await hub.services.call('__proto__', 'constructor');
    await expect(hub.services.call('constructor', 'b')).rejects.toThrow(
      'There is no service `constructor.b`.',
    );
  });

  it.each([
    [7, 'b'],
    [Symbol('x'), 'b'],
    ['a', null],
    [undefined, undefined],
  ])('that are none (%p, %p) are not found', async (domain, service) => {
    const hub = createTestHub();
    hub.services.register('a', 'b', () => undefined);
    const task = hub.services.call(domain as never, service as never);
    await expect(task).rejects.toBeInstanceOf(ServiceNotFound);
    expect(hub.services.has(domain as never, service as never)).toBe(false);
  });
});

describe('bad input', () => {
  it.each([
    ['data', new Map([['a', 1]]), {}],
    ['data', new Date(), {}],
    ['target', {}, { target: 'light.hall' }],
    ['signal', {}, { signal: 'soon' }],
    ['returnResponse', {}, { returnResponse: 1 }],
  ])('as %s is refused', async (named, data, options) => {
    const hub = createTestHub();
    hub.services.register('a', 'b', () => undefined);
    const task = hub.services.call('a', 'b', data as never, options as never);
    await expect(task).rejects.toBeInstanceOf(InvalidOptionError);
    await expect(task).rejects.toThrow(named);
  });

  it('as an answer is refused', async () => {
    const hub = createTestHub();
    for (const [name, is] of Object.entries({ map: new Map(), none: null, text: 'x' })) {
      hub.services.register('a', name, () => is, { supportsResponse: 'only' });
      await expect(hub.services.call('a', name, {}, answer)).rejects.toMatchObject({
        code: 'INVALID_SERVICE_RESPONSE',
      });
    }
  });
});

describe('a call with limits', () => {
  const slow = async ({ signal }: ServiceCall): Promise<void> => sleep(100, { signal });

  it('of no time ends what does not end at once', async () => {
    const hub = createTestHub();
    hub.services.register('a', 'quick', () => ({ is: 1 }), { supportsResponse: 'only' });
    hub.services.register('a', 'slow', slow);
    expect(await hub.services.call('a', 'quick', {}, { ...answer, timeoutMs: 0 })).toEqual({
      is: 1,
    });
    const task = expect(hub.services.call('a', 'slow', {}, { timeoutMs: 0 })).rejects.toThrow(
      TimeoutError,
    );
    await hub.advance(0);
    await task;
    expectNoLeaks(hub);
  });

  it('ends when the service itself aborts the signal', async () => {
    const hub = createTestHub();
    const stop = new AbortController();
    let told: unknown;
    hub.services.register('a', 'b', async ({ signal }) => {
      stop.abort('from inside');
      await sleep(100, { signal }).catch((error: unknown) => (told = error));
    });
    const task = hub.services.call('a', 'b', {}, { signal: stop.signal });
    await expect(task).rejects.toBe('from inside');
    await hub.advance(0);
    expect(told).toBeInstanceOf(CancelledError);
    expectNoLeaks(hub);
  });

  it('does not keep a service from unloading its own owner', async () => {
    const hub = createTestHub();
    const scope = new Scope('lamps');
    let closedAfterMs: number | undefined;
    hub.scoped(scope).services.register('lamps', 'reload', async () => {
      const begin = hub.clock?.frame ?? 0;
      await scope.close();
      closedAfterMs = (hub.clock?.frame ?? 0) - begin;
    });
    void hub.services.call('lamps', 'reload', {}, { timeoutMs: 60_000 }).catch(() => undefined);
    await hub.advance('1m');
    expect(closedAfterMs).toBe(0);
    expect(hub.errors).toEqual([]);
  });

  it('keeps silent when its caller is unloaded and nobody awaits it', async () => {
    const hub = createTestHub();
    const scope = new Scope('automation');
    hub.services.register('a', 'b', slow);
    void hub.scoped(scope).services.call('a', 'b', {}, { timeoutMs: 50 });
    await scope.close();
    await hub.advance('1m');
    expect(hub.errors).toEqual([]);
    expectNoLeaks(hub);
  });

  it('keeps silent when the hub stops a job marked `cancelOnShutdown`', async () => {
    const hub = createTestHub();
    hub.services.register('a', 'b', new Job(slow, { cancelOnShutdown: true }));
    void hub.services.call('a', 'b', {}, { timeoutMs: 500 });
    await hub.stop();
    expect(hub.errors).toEqual([]);
  });

  it('reports what fails after the time is over, and the call once', async () => {
    const hub = createTestHub();
    const scope = new Scope('lamps');
    const late = new Error('too late');
    hub.scoped(scope).services.register('a', 'b', async () => {
      await sleep(100);
      throw late;
    });
    const context = new Context();
    void hub.services.call('a', 'b', {}, { timeoutMs: 10, context });
    await hub.advance('1s');
    expect(hub.errors).toMatchObject([
      { error: { code: 'TIMEOUT' }, owner: 'lamps', name: 'a.b', context: { id: context.id } },
      { error: late, owner: 'lamps', name: 'a.b', context: { id: context.id } },
    ]);
  });

  it('leaves nothing on a signal that lives on', async () => {
    const hub = createTestHub();
    const { signal } = new AbortController();
    const added = jest.spyOn(signal, 'addEventListener');
    const removed = jest.spyOn(signal, 'removeEventListener');
    hub.services.register('a', 'b', () => sleep(5));
    const calls = Array.from({ length: 50 }, () =>
      hub.services.call('a', 'b', {}, { signal, timeoutMs: 2 }).catch(() => undefined),
    );
    expect(added).toHaveBeenCalledTimes(1);
    await hub.advance(2);
    await Promise.all(calls);
    expect(removed).toHaveBeenCalledTimes(1);
    await hub.advance(5);
    expectNoLeaks(hub);
  });
});

describe('a call that is cancelled', () => {
  it('reports what its handler throws instead, once', async () => {
    const hub = createTestHub();
    const failure = new Error('while ending');
    hub.services.register('a', 'b', async ({ signal }) => {
      await sleep(100, { signal }).catch(() => {
        throw failure;
      });
    });
    const task = hub.services.call('a', 'b');
    task.cancel();
    await expect(task).rejects.toBeInstanceOf(CancelledError);
    expect(hub.errors).toMatchObject([{ error: failure, source: 'service', name: 'a.b' }]);
  });
});

describe('a service that goes', () => {
  it('lets a running call end, whether it is removed or replaced', async () => {
    const hub = createTestHub();
    const ended: string[] = [];
    for (const way of ['removed', 'replaced', 'unsubscribed']) {
      const end = hub.services.register('a', 'b', async ({ signal }) => {
        await sleep(10, { signal });
        ended.push(way);
      });
      const task = hub.services.call('a', 'b');
      if (way === 'removed') hub.services.remove('a', 'b');
      else if (way === 'replaced') hub.services.register('a', 'b', () => undefined);
      else end();
      await hub.advance(10);
      await task;
    }
    expect(ended).toEqual(['removed', 'replaced', 'unsubscribed']);
  });

  it('leaves nothing with its owner, however it went', () => {
    const hub = createTestHub();
    const scope = new Scope('lamps');
    const { services } = hub.scoped(scope);
    for (let n = 0; n < 100; n++) services.register('a', 'b', () => undefined);
    expect(scope.size).toBe(1);
    hub.services.register('a', 'b', () => undefined);
    expect(scope.size).toBe(0);
    services.register('a', 'b', () => undefined);
    hub.services.remove('a', 'b');
    expect(scope.size).toBe(0);
  });

  it('is told as removed when its owner is unloaded', async () => {
    const hub = createTestHub();
    const scope = new Scope('lamps');
    hub.scoped(scope).services.register('a', 'b', () => undefined);
    const all = recordEvents(hub);
    await scope.close();
    expect(all.types).toEqual(['service_removed']);
  });
});

describe('the stages', () => {
  it('allow calls before the start and while stopping, and none afterwards', async () => {
    const hub = createTestHub({ strict: false });
    const seen: string[] = [];
    hub.services.register('a', 'b', () => void seen.push(hub.state));
    await hub.services.call('a', 'b');
    await hub.start();
    hub.bus.listen('homeassistant_stop', () => hub.services.call('a', 'b'));
    hub.bus.listen('homeassistant_final_write', () => hub.services.call('a', 'b'));
    await hub.stop();
    expect(seen).toEqual(['not_running', 'stopping', 'final_write']);
    await expect(hub.services.call('a', 'b')).rejects.toBeInstanceOf(ScopeClosedError);
    expect(hub.services.all()).toEqual({});
  });

  it('wait for a call that runs when the hub stops', async () => {
    const hub = createTestHub();
    await hub.start();
    let isDone = false;
    hub.services.register('a', 'b', async () => {
      await sleep(5_000);
      isDone = true;
    });
    void hub.services.call('a', 'b');
    await hub.stop();
    expect([isDone, hub.errors]).toEqual([true, []]);
  });
});

it.each([{}, { timeoutMs: 600_000 }])(
  'ends marked jobs when the hub stops (%j)',
  async (options) => {
    const hub = createTestHub();
    await hub.start();
    const begin = hub.clock?.frame ?? 0;
    hub.services.register('a', 'b', new Job(() => sleep(50_000), { cancelOnShutdown: true }));
    const task = hub.services.call('a', 'b', {}, options);
    const outcome = expect(task).rejects.toBeInstanceOf(CancelledError);
    await hub.stop();
    await outcome;
    expect((hub.clock?.frame ?? 0) - begin).toBeLessThan(50_000);
  },
);

it('refuses an unloaded owner at once in strict mode', async () => {
  const hub = createTestHub();
  const scope = new Scope('lamps');
  hub.services.register('a', 'b', () => undefined);
  await scope.close();
  const { services } = hub.scoped(scope);
  expect(() => services.call('a', 'b')).toThrow(ScopeClosedError);
  expect(() => services.register('c', 'd', () => undefined)).toThrow(ScopeClosedError);
  expect(() => services.remove('a', 'b')).toThrow(ScopeClosedError);
});

it('leaves nothing after ten thousand calls', async () => {
  const hub = createTestHub();
  const scope = new Scope('automation');
  const { services } = hub.scoped(scope);
  hub.services.register('a', 'quick', () => undefined);
  hub.services.register('a', 'slow', () => sleep(1));
  hub.services.register('a', 'broken', () => {
    throw new Error('no');
  });
  const before = hub.scope.size;
  for (let n = 0; n < 100; n++) {
    const calls = Array.from({ length: 100 }, (_, k) =>
      services
        .call(
          'a',
          ['quick', 'slow', 'broken', 'none'][k % 4] ?? '',
          {},
          k % 3 ? {} : { timeoutMs: 5 },
        )
        .catch(() => undefined),
    );
    await hub.advance(1);
    await Promise.all(calls);
  }
  expect([hub.scope.size, scope.size, hub.clock?.pendingCount]).toEqual([before, 0, 0]);
  await scope.close();
  expectNoLeaks(hub);
});

it('reports a call that nobody awaits once, to who is to blame', async () => {
  const hub = createTestHub();
  const lamps = new Scope('lamps');
  const automation = new Scope('automation');
  hub.scoped(lamps).services.register('a', 'b', () => {
    throw new Error('bulb');
  });
  const { services } = hub.scoped(automation);
  for (const options of [{}, { timeoutMs: 5 }]) void services.call('a', 'b', {}, options);
  await hub.advance('1s');
  void services.call('a', 'c');
  await hub.advance('1s');
  expect(hub.errors.map(({ owner, name, source }) => [owner, name, source])).toEqual([
    ['lamps', 'a.b', 'service'],
    ['lamps', 'a.b', 'service'],
    ['automation', 'call a.c', 'service'],
  ]);
});
