import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { type BusEvent, callback, Job, MATCH_ALL } from 'rxhome';
import { createTestHub, expectNoLeaks } from 'rxhome/testing';

describe('listen', () => {
  it('ends by its handle, any number of times, and by `using`', () => {
    const hub = createTestHub();
    let calls = 0;
    const end = hub.bus.listen('a', () => calls++);
    const other = hub.bus.listen('a', () => undefined);
    end();
    end();
    end[Symbol.dispose]();
    {
      using listening = hub.bus.listen('a', () => calls++);
      expect(listening).toBeInstanceOf(Object);
      hub.bus.fire('a');
    }
    hub.bus.fire('a');
    expect(calls).toBe(1);
    expect(hub.bus.listenerCounts()).toEqual({ a: 1 });
    other();
    expect(hub.errors).toEqual([]);
    expectNoLeaks(hub);
  });

  it('ends with its signal, and leaves nothing on it', () => {
    const hub = createTestHub();
    const abort = new AbortController();
    let calls = 0;
    hub.bus.listen('a', () => calls++, { signal: abort.signal });
    const end = hub.bus.listen('a', () => calls++, { signal: abort.signal });
    end();
    expect(getEventListeners(abort.signal, 'abort')).toHaveLength(1);
    abort.abort();
    expect(getEventListeners(abort.signal, 'abort')).toHaveLength(0);
    hub.bus.fire('a');
    expect(calls).toBe(0);
    hub.bus.listen('a', () => calls++, { signal: abort.signal })();
    hub.bus.fire('a');
    expect(calls).toBe(0);
    expectNoLeaks(hub);
  });

  it('leaves nothing on a signal that lives on when its owner is unloaded', async () => {
    const hub = createTestHub();
    const scope = hub.scope.child('entry');
    const { signal } = new AbortController();
    hub.scoped(scope).bus.listen('a', () => undefined, { signal });
    hub.scoped(scope).bus.listenOnce('a', () => undefined, { signal });
    void hub
      .scoped(scope)
      .bus.waitFor('a', { signal })
      .catch(() => undefined);
    await scope.close();
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('takes a job, and its name', () => {
    const hub = createTestHub();
    const seen: string[] = [];
    hub.bus.listen('a', new Job((event: BusEvent<'a'>) => seen.push(event.type)));
    hub.bus.listen(
      'a',
      new Job(
        () => {
          throw new Error('oops');
        },
        { name: 'my job' },
      ),
    );
    hub.bus.fire('a');
    expect(seen).toEqual(['a']);
    expect(hub.errors[0]!.name).toBe('my job');
  });

  it('asks the filter first, with the whole event', () => {
    const hub = createTestHub();
    const seen: unknown[] = [];
    hub.bus.listen('a', ({ data }) => seen.push(data['n']), {
      filter: ({ type, data }) => type === 'a' && Number(data['n']) > 1,
    });
    for (const n of [1, 2, 3]) hub.bus.fire('a', { n });
    expect(seen).toEqual([2, 3]);
  });

  it('makes a tracked task of what an async listener returns, owned by its owner', async () => {
    const hub = createTestHub();
    const scope = hub.scope.child('entry');
    let isDone = false;
    hub.scoped(scope).bus.listen('a', async function work() {
      await new Promise((resolve) => setTimeout(resolve, 50));
      isDone = true;
    });
    hub.bus.fire('a');
    expect(hub.snapshot().tasks).toEqual([
      expect.objectContaining({ name: 'work', owner: 'entry', kind: 'listener' }),
    ]);
    await hub.blockTillDone();
    expect(isDone).toBe(true);
    expect(hub.snapshot().tasks).toEqual([]);
  });

  it('lets runs of an async listener overlap', async () => {
    const hub = createTestHub();
    let [running, most] = [0, 0];
    hub.bus.listen('a', async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running--;
    });
    for (let i = 0; i < 3; i++) hub.bus.fire('a');
    await hub.blockTillDone();
    expect(most).toBe(3);
  });

  it('reports a marked function that returns a promise, also with `listenOnce`', async () => {
    const hub = createTestHub();
    const promising: () => unknown = () => Promise.resolve();
    const marked = callback(promising);
    hub.bus.listen('a', marked, { name: 'on' });
    hub.bus.listenOnce('a', marked, { name: 'once' });
    hub.bus.fire('a');
    await hub.advance(0);
    expect(hub.errors.map(({ name, error }) => [name, (error as { code: string }).code])).toEqual([
      ['on', 'CALLBACK_RETURNED_PROMISE'],
      ['once', 'CALLBACK_RETURNED_PROMISE'],
    ]);
  });

  it('calls a listener without a `this`', () => {
    const hub = createTestHub();
    let seen: unknown = 'nothing';
    hub.bus.listen('a', function (this: unknown) {
      seen = typeof this;
    });
    hub.bus.fire('a');
    expect(seen).toBe('undefined');
  });
});

describe('listenOnce', () => {
  it('hears one event, also when it fires the same type itself', () => {
    const hub = createTestHub();
    let calls = 0;
    hub.bus.listenOnce('a', () => {
      calls++;
      hub.bus.fire('a');
    });
    hub.bus.listenOnce(MATCH_ALL, () => calls++);
    hub.bus.fire('a');
    hub.bus.fire('a');
    expect(calls).toBe(2);
    expectNoLeaks(hub);
  });

  it('counts only what passes the filter', () => {
    const hub = createTestHub();
    const seen: unknown[] = [];
    const options = { filter: ({ data }: { data: { n?: unknown } }) => data.n === 2 };
    hub.bus.listenOnce('a', ({ data }) => seen.push(data['n']), options);
    for (const n of [1, 2, 2]) hub.bus.fire('a', { n });
    expect(seen).toEqual([2]);
  });

  it('can be ended before, and after', () => {
    const hub = createTestHub();
    let calls = 0;
    const end = hub.bus.listenOnce('a', () => calls++);
    end();
    hub.bus.fire('a');
    const other = hub.bus.listenOnce('a', () => calls++);
    hub.bus.fire('a');
    other();
    expect(calls).toBe(1);
    expect(hub.errors).toEqual([]);
  });

  it('that fails is gone, and reported under the name of its function', async () => {
    const hub = createTestHub();
    hub.bus.listenOnce(
      'a',
      function mine() {
        throw new Error('oops');
      },
      { name: undefined },
    );
    hub.bus.listenOnce('a', async function later() {
      throw new Error('oops');
    });
    hub.bus.fire('a');
    hub.bus.fire('a');
    await hub.advance(0);
    expect(hub.errors.map(({ name }) => name)).toEqual(['mine', 'later']);
  });
});

describe('bad options', () => {
  it.each([
    ['a listener that is no function', 5, {}],
    ['a filter that is no function', () => 0, { filter: 'yes' }],
    ['a signal that is none', () => 0, { signal: 'soon' }],
    ['a name that is no text', () => 0, { name: 5 }],
  ])('are refused with the value, and nothing listens: %s', (_, listener, options) => {
    const hub = createTestHub();
    const refused = expect.objectContaining({ code: 'INVALID_OPTION' });
    for (const method of ['listen', 'listenOnce'] as const)
      expect(() => hub.bus[method]('a', listener as never, options as never)).toThrow(refused);
    expectNoLeaks(hub);
  });
});

describe('listenerCounts', () => {
  it('counts by type, with streams and waits, keyed ones too, and no type without any', () => {
    const hub = createTestHub();
    const subscription = hub.bus.on('a').subscribe();
    hub.bus.listen(MATCH_ALL, () => undefined);
    hub.bus.listen('a', () => undefined);
    hub.states.changes(['light.a', 'light.b']).subscribe();
    void hub.bus.waitFor('b');
    expect(hub.bus.listenerCounts()).toEqual({ '*': 1, a: 2, state_changed: 2, b: 1 });
    subscription.unsubscribe();
    hub.bus.fire('b');
    expect(hub.bus.listenerCounts()).toEqual({ '*': 1, a: 1, state_changed: 2 });
  });
});
