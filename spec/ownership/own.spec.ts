import { describe, expect, it } from '@jest/globals';
import { Subscription } from 'rxjs';
import { InvalidOptionError, Scope, sleep, type Teardown } from 'rxhome';
import { createTestHub } from 'rxhome/testing';

describe('own', () => {
  it('ends everything that can be ended, and gives it back', async () => {
    const hub = createTestHub();
    const scope = hub.scope.child('automation');
    const ended: string[] = [];
    const kinds: Readonly<Record<string, Teardown>> = {
      function: () => ended.push('function'),
      'async function': async () => {
        await sleep(10);
        ended.push('async function');
      },
      Subscription: new Subscription(() => ended.push('Subscription')),
      'anything with unsubscribe': { unsubscribe: () => ended.push('anything with unsubscribe') },
      Disposable: { [Symbol.dispose]: () => ended.push('Disposable') },
      AsyncDisposable: {
        [Symbol.asyncDispose]: async () => {
          await sleep(10);
          ended.push('AsyncDisposable');
        },
      },
    };
    for (const teardown of Object.values(kinds)) expect(scope.own(teardown)).toBe(teardown);
    const closing = scope.close();
    await hub.advance(20);
    await closing;
    expect(ended).toEqual(Object.keys(kinds).reverse());
  });

  it('calls the methods of an object as its methods', async () => {
    class Connection {
      isOpen = true;
      [Symbol.dispose](): void {
        this.isOpen = false;
      }
    }
    const scope = new Scope('automation');
    const connection = scope.own(new Connection());
    await scope.close();
    expect(connection.isOpen).toBe(false);
  });

  it('takes the asynchronous end of what has both', async () => {
    const ended: string[] = [];
    const scope = new Scope('automation');
    scope.own({
      [Symbol.dispose]: () => ended.push('sync'),
      [Symbol.asyncDispose]: async () => void ended.push('async'),
    });
    await scope.close();
    expect(ended).toEqual(['async']);
  });

  it.each([
    ['null', null],
    ['a number', 42],
    ['text', 'unsubscribe'],
    ['an object that has no end', {}],
    ['an object without a prototype', Object.create(null)],
    ['a promise', Promise.resolve()],
  ])('refuses %s, which cannot be ended', (_, junk) => {
    const scope = new Scope('automation');
    expect(() => scope.own(junk as Teardown)).toThrow(InvalidOptionError);
    expect(scope.size).toBe(0);
  });

  it('refuses junk after close as well', async () => {
    const scope = new Scope('automation');
    await scope.close();
    expect(() => scope.own(42 as unknown as Teardown)).toThrow(InvalidOptionError);
  });

  it('runs the teardown at once after closing has begun, and warns with the owner', async () => {
    const hub = createTestHub();
    const scope = hub.scope.child('automation');
    const closing = scope.close();
    let isEnded = false;
    scope.own(function goodbye() {
      isEnded = true;
    });
    expect(isEnded).toBe(true);
    await closing;
    const warnings = hub.log.filter(({ level }) => level === 'warn');
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringMatching(/automation.*goodbye/),
    ]);
  });

  it('reports what a teardown that came too late throws, and throws nothing', async () => {
    const hub = createTestHub();
    const scope = hub.scope.child('automation');
    await scope.close();
    scope.own(function broken() {
      throw new Error('sync');
    });
    scope.own(async function brokenToo() {
      throw new Error('async');
    });
    await hub.advance(0);
    expect(hub.errors.map(({ owner, name }) => `${owner}: ${name}`)).toEqual([
      'automation: broken',
      'automation: brokenToo',
    ]);
  });

  it('takes from a teardown what it owns while closing, and ends that at once', async () => {
    const scope = new Scope('automation');
    const ended: string[] = [];
    scope.own(() => {
      scope.own(() => ended.push('inner'));
      ended.push('outer');
    });
    await scope.close();
    expect(ended).toEqual(['inner', 'outer']);
  });
});

describe('await using', () => {
  it('closes the scope at the end of the block', async () => {
    const ended: string[] = [];
    {
      await using scope = new Scope('block');
      scope.own(async () => void ended.push('teardown'));
      expect(ended).toEqual([]);
    }
    expect(ended).toEqual(['teardown']);
  });
});
