/* eslint-disable @typescript-eslint/no-misused-promises, rxjs-x/no-async-subscribe -- what people do all the same */
import { describe, expect, it } from '@jest/globals';
import { Context, type BusEvent } from 'rxhome';
import { createTestHub } from 'rxhome/testing';
import { map } from 'rxjs';
import { realTurn } from './real-turn.js';

const oops = new Error('oops');
const fails = async (): Promise<never> => {
  await Promise.resolve();
  throw oops;
};

describe('no unhandled rejection comes out of', () => {
  it('an async filter', async () => {
    const hub = createTestHub();
    hub.bus.listen('a', () => undefined, { filter: fails });
    hub.bus.fire('a');
    await hub.advance(0);
    await realTurn();
    expect(hub.errors).toEqual([expect.objectContaining({ error: oops, source: 'filter' })]);
  });

  it('an async `complete`, directly', async () => {
    const hub = createTestHub();
    hub.bus.on('a').subscribe({ complete: () => void 0, next: () => 0 });
    hub.bus.on('a').subscribe({ complete: fails });
    await hub.stop();
    await realTurn();
    expect(hub.errors.map(({ error }) => error)).toEqual([oops]);
  });

  it('an async `complete` or `error` behind an operator', async () => {
    const hub = createTestHub();
    const boom = (): never => {
      throw new Error('first');
    };
    hub.bus
      .on('a')
      .pipe(map(boom))
      .subscribe({ error: fails as () => void });
    hub.bus.fire('a');
    await hub.advance(0);
    await realTurn();
    expect(hub.errors.map(({ error }) => error)).toEqual([oops]);
  });

  it('an async subscriber of errors$', async () => {
    const hub = createTestHub();
    let calls = 0;
    hub.errors$.subscribe(async () => {
      if (++calls < 5) await fails();
    });
    hub.bus.listen('a', () => {
      throw oops;
    });
    hub.bus.fire('a');
    await hub.advance(10);
    await realTurn();
    expect(calls).toBe(1);
    expect(hub.errors).toHaveLength(1);
  });

  it('an async subscriber of errors$ behind an operator, which must not hear of itself', async () => {
    const hub = createTestHub();
    let calls = 0;
    hub.errors$.pipe(map((failure) => failure)).subscribe(async () => {
      if (++calls < 5) await fails();
    });
    hub.bus.listen('a', () => {
      throw oops;
    });
    hub.bus.fire('a');
    await hub.advance(10);
    await realTurn();
    expect(calls).toBe(1);
  });
});

describe('a report', () => {
  it('of an async listener or subscriber has its event and its context', async () => {
    const hub = createTestHub();
    hub.bus.listen('a', fails);
    hub.bus.on('a').subscribe(fails);
    hub.bus
      .on('a')
      .pipe(map((event) => event))
      .subscribe(fails);
    hub.bus.fire('a');
    await hub.advance(0);
    expect(hub.errors.map(({ event }) => (event as BusEvent | undefined)?.type)).toEqual([
      'a',
      'a',
      'a',
    ]);
    expect(hub.errors.every(({ context }) => context instanceof Context)).toBe(true);
  });

  it('of an async subscriber says `subscriber`', async () => {
    const hub = createTestHub();
    hub.bus.on('a').subscribe(fails);
    hub.bus
      .on('a')
      .pipe(map((event) => event))
      .subscribe(fails);
    hub.bus.fire('a');
    await hub.advance(0);
    expect(hub.errors.map(({ source }) => source)).toEqual(['subscriber', 'subscriber']);
  });

  it('always has a name, also of an anonymous subscriber behind an operator', () => {
    const hub = createTestHub();
    hub.bus
      .on('a')
      .pipe(map((event) => event))
      .subscribe(() => {
        throw oops;
      });
    hub.bus.fire('a');
    expect(hub.errors[0]!.name).toBe('subscriber');
  });
});
