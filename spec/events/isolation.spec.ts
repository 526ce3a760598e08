/* eslint-disable @typescript-eslint/no-misused-promises -- what people do all the same */
import { describe, expect, it } from '@jest/globals';
import { type BusEvent, MATCH_ALL } from 'rxhome';
import { createTestHub, type TestHub } from 'rxhome/testing';
import { realTurn } from './real-turn.js';

const oops = new Error('oops');
const boom = (): never => {
  throw oops;
};

interface Case {
  readonly what: string;
  readonly source: string;
  readonly name: string;
  readonly listen: (hub: TestHub) => unknown;
}

const cases: Case[] = [
  {
    what: 'a listener',
    source: 'listener',
    name: 'bad',
    listen: (hub) =>
      hub.bus.listen('a', function bad() {
        boom();
      }),
  },
  {
    what: 'a listener of everything, under a name of its own',
    source: 'listener',
    name: 'mine',
    listen: (hub) => hub.bus.listen(MATCH_ALL, boom, { name: 'mine' }),
  },
  {
    what: 'a filter',
    source: 'filter',
    name: 'bad',
    listen: (hub) => hub.bus.listen('a', function bad() {}, { filter: boom }),
  },
  {
    what: 'the filter of a stream',
    source: 'filter',
    name: 'bad',
    listen: (hub) => hub.bus.on('a', boom).subscribe(function bad() {}),
  },
  {
    what: 'a subscriber',
    source: 'subscriber',
    name: 'bad',
    listen: (hub) =>
      hub.bus.on('a').subscribe(function bad() {
        boom();
      }),
  },
  {
    what: 'a subscriber that is an object',
    source: 'subscriber',
    name: 'next',
    listen: (hub) =>
      hub.bus.on('a').subscribe({
        next() {
          boom();
        },
      }),
  },
  {
    what: 'a subscriber of changes with a predicate',
    source: 'filter',
    name: 'bad',
    listen: (hub) => {
      hub.bus.listen('a', () => hub.states.set('light.hall', 'on'));
      return hub.states.changes(boom).subscribe(function bad() {});
    },
  },
];

describe('a failure in', () => {
  it.each(cases)('$what is reported, and changes nothing', async ({ source, name, listen }) => {
    const hub = createTestHub();
    const calls: string[] = [];
    hub.bus.listen('a', () => calls.push('before'));
    listen(hub);
    hub.bus.listen('a', () => calls.push('after'));
    hub.bus.on('a').subscribe(() => calls.push('stream'));
    hub.bus.fire('a');
    await realTurn();
    expect(calls).toEqual(['before', 'after', 'stream']);
    expect(hub.errors).toHaveLength(1);
    expect(hub.errors[0]).toMatchObject({ error: oops, source, name, owner: 'hub' });
    expect((hub.errors[0]!.event as BusEvent).type).toMatch(/^(a|state_changed)$/);
    expect(hub.errors[0]!.context).toBe((hub.errors[0]!.event as BusEvent).context);

    hub.states.remove('light.hall');
    const before = hub.errors.length;
    hub.bus.fire('a'); // it stays
    expect(hub.errors.length).toBeGreaterThan(before);
  });

  it('an async listener is reported once, with its owner', async () => {
    const hub = createTestHub();
    const entry = hub.scoped(hub.scope.child('my entry'));
    let others = 0;
    entry.bus.listen('a', async function fails() {
      await Promise.resolve();
      boom();
    });
    hub.bus.listen('a', async () => Promise.resolve(others++));
    hub.bus.fire('a');
    await hub.blockTillDone();
    await hub.advance(0); // until then somebody might still await it
    await realTurn();
    expect(others).toBe(1);
    expect(hub.errors).toHaveLength(1);
    expect(hub.errors[0]).toMatchObject({
      error: oops,
      source: 'listener',
      name: 'fails',
      owner: 'my entry',
    });
    hub.bus.fire('a');
    await hub.advance(0);
    expect(hub.errors).toHaveLength(2);
  });

  it('an async subscriber is reported once, directly and behind an operator', async () => {
    const hub = createTestHub();
    const fails = async (): Promise<void> => {
      await Promise.resolve();
      boom();
    };
    hub.bus.on('a').subscribe(fails);
    hub.bus.on('a').pipe().subscribe(fails);
    hub.states.watch('light.hall').subscribe(fails); // begins with a value at once
    hub.bus.fire('a');
    await hub.advance(0);
    await realTurn();
    expect(hub.errors.map(({ error, name }) => [error, name])).toEqual([
      [oops, 'fails'],
      [oops, 'fails'],
      [oops, 'fails'],
    ]);
  });

  it('a listener with something that is no Error is told as it is', () => {
    const hub = createTestHub();
    for (const thrown of ['text', undefined, null, 0, Symbol('s')])
      hub.bus.listen('a', () => {
        throw thrown;
      });
    hub.bus.fire('a');
    expect(hub.errors.map(({ error }) => String(error))).toEqual([
      'text',
      'undefined',
      'null',
      '0',
      'Symbol(s)',
    ]);
  });

  it('a listener that returns something with a `then` that throws is a failure of it', async () => {
    const hub = createTestHub();
    let others = 0;
    const evil = {
      get then() {
        return boom();
      },
    };
    hub.bus.listen('a', () => evil);
    hub.bus.listen('a', () => others++);
    hub.bus.fire('a');
    await realTurn();
    expect(others).toBe(1);
    expect(hub.errors.map(({ error }) => error)).toEqual([oops]);
  });

  it('many listeners is reported for each, and `fire` throws nothing', () => {
    const hub = createTestHub();
    for (let i = 0; i < 20; i++) hub.bus.listen('a', boom, { name: `nr ${i}` });
    hub.bus.fire('a');
    expect(hub.errors.map(({ name }) => name)).toEqual(
      Array.from({ length: 20 }, (_, i) => `nr ${i}`),
    );
  });

  it('a logger is nobody’s business', () => {
    const bad = { debug: boom, info: boom, warn: boom, error: boom };
    const hub = createTestHub({ logger: bad });
    hub.bus.listen('a', boom);
    hub.bus.fire('a');
    expect(hub.errors).toHaveLength(1);
  });
});

describe('errors$', () => {
  it('goes on when one of its subscribers throws, and tells of that in the log only', () => {
    const hub = createTestHub();
    const seen: unknown[] = [];
    hub.errors$.subscribe(() => {
      throw new Error('deaf');
    });
    hub.errors$.subscribe(({ error }) => seen.push(error));
    hub.bus.listen('a', boom);
    hub.bus.fire('a');
    hub.bus.fire('a');
    expect(seen).toEqual([oops, oops]);
    expect(hub.errors).toHaveLength(2);
    expect(JSON.stringify(hub.log)).toContain('errors$');
  });

  it('has one order for all, when a subscriber causes another failure', () => {
    const hub = createTestHub();
    const [first, second]: [string[], string[]] = [[], []];
    hub.bus.listen('b', () => {
      throw 'b';
    });
    hub.bus.listen('a', () => {
      throw 'a';
    });
    hub.errors$.subscribe(({ error }) => {
      first.push(String(error));
      if (error === 'a') hub.bus.fire('b');
    });
    hub.errors$.subscribe(({ error }) => second.push(String(error)));
    hub.bus.fire('a');
    expect(first).toEqual(['a', 'b']);
    expect(second).toEqual(['a', 'b']);
  });
});
