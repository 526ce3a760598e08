import { describe, expect, it } from '@jest/globals';
import { RowStore } from '../../../src/inspector/page/model/row-store.js';
import type { Row } from '../../../src/inspector/wire.js';
import { packed, storeOf } from './rows.js';

const ids = (rows: Iterable<Row>): number[] => [...rows].map(({ id }) => id);

describe('the rows of a page', () => {
  it('are in the order of time, however they come', () => {
    const store = storeOf({ id: 1, at: 30 }, { id: 2, at: 10 }, { id: 3, at: 20 });
    expect(ids(store.all())).toEqual([2, 3, 1]);
    expect(ids(store.newestFirst())).toEqual([1, 3, 2]);
    expect(store.newest).toBe(30);
  });

  it('are taken once', () => {
    const store = storeOf({ id: 1 }, { id: 1, name: 'again' });
    expect(store.size).toBe(1);
    expect(store.taken).toBe(1);
    expect(store.get(1)?.name).toBe('event_1');
  });

  it('are found by their cause, also those that came before it', () => {
    const store = storeOf({ id: 3, at: 3, cause: 1 }, { id: 2, at: 2, cause: 1 }, { id: 1 });
    expect(ids(store.effectsOf(1))).toEqual([2, 3]);
    expect(store.effectsOf(2)).toEqual([]);
  });

  it('go on', () => {
    const store = storeOf({ id: 1, kind: 'job', status: 'running' });
    store.take([['u', 1, 3, 12.5, 2]]);
    expect(store.get(1)).toMatchObject({ status: 'failed', dur: 12.5, worker: 2 });
    expect(() => store.take([['u', 99, 2, 1, null]])).not.toThrow();
  });

  it('tell of each batch', () => {
    const store = storeOf({ id: 1 });
    const before = store.version.value;
    store.take([packed({ id: 2 })]);
    expect(store.version.value).not.toBe(before);
  });

  it('go after five minutes', () => {
    const store = storeOf({ id: 1, at: 1_000 }, { id: 2, at: 2_000, cause: 1 });
    store.take([packed({ id: 3, at: 301_500 })]);
    expect(ids(store.all())).toEqual([2, 3]);
    expect(store.get(1)).toBeUndefined();
    expect(store.effectsOf(1)).toEqual([]);
  });

  it('go when there are more than 90,000', () => {
    const store = new RowStore();
    store.take(Array.from({ length: 90_010 }, (_, index) => packed({ id: index + 1, at: 5 })));
    expect(store.size).toBe(90_000);
    expect(store.get(10)).toBeUndefined();
    expect(store.get(11)).toBeDefined();
    expect(store.taken).toBe(90_010);
  });

  it('stay as long as they run, and as long after as others', () => {
    const store = storeOf({ id: 1, at: 0, kind: 'timer', status: 'running' });
    const dropped: number[] = [];
    const quiet = { added: () => undefined, changed: () => undefined, cleared: () => undefined };
    store.watch({ ...quiet, dropped: ({ id }) => dropped.push(id) });
    store.take([packed({ id: 2, at: 400_000 })]);
    expect(store.get(1)?.status).toBe('running');
    expect(ids(store.all())).toEqual([1, 2]);
    store.take([['u', 1, 2, 500_000, null]]);
    store.take([packed({ id: 3, at: 790_000 })]);
    expect(store.get(1)).toBeDefined();
    store.take([packed({ id: 4, at: 800_001 })]);
    expect(store.get(1)).toBeUndefined();
    expect(dropped).toEqual([2, 1]);
  });

  it('that never end do not fill the memory', () => {
    const store = new RowStore();
    const endless = Array.from({ length: 3_000 }, (_, index) =>
      packed({ id: index + 1, at: index, kind: 'task', status: 'running' }),
    );
    store.take(endless);
    store.take([packed({ id: 5_000, at: 1_000_000 })]);
    expect(store.size).toBe(1_001);
    expect(store.get(3_000)).toBeDefined();
  });

  it('of one cause are known one by one up to a thousand, and counted beyond', () => {
    const many = Array.from({ length: 1_200 }, (_, index) => ({ id: index + 2, cause: 1 }));
    const store = storeOf({ id: 1 }, ...many);
    expect(store.effectsOf(1)).toHaveLength(1_000);
    expect(store.moreEffectsOf(1)).toBe(200);
  });

  it('of another run of the hub begin anew', () => {
    const store = storeOf({ id: 1 });
    expect(store.begin('first')).toBe(false);
    expect(store.size).toBe(1);
    expect(store.begin('second')).toBe(true);
    expect([store.size, store.taken, store.newest]).toEqual([0, 0, 0]);
    store.take([packed({ id: 1, name: 'another' })]);
    expect(store.get(1)?.name).toBe('another');
  });

  it('are told to who watches: those that are there, then those that come, until he stops', () => {
    const store = storeOf({ id: 1 });
    const told: string[] = [];
    const stop = store.watch({
      added: ({ id }) => told.push(`added ${id}`),
      changed: ({ id, status }, before) => told.push(`${id} ${before} → ${status}`),
      dropped: ({ id }) => told.push(`dropped ${id}`),
      cleared: () => told.push('cleared'),
    });
    store.take([packed({ id: 2, status: 'running' }), ['u', 2, 4, 5, null]]);
    store.take([packed({ id: 3, at: 1e6 })]);
    store.clear();
    stop();
    store.take([packed({ id: 4 })]);
    expect(told).toEqual([
      'added 1',
      'added 2',
      '2 running → cancelled',
      'added 3',
      'dropped 1',
      'dropped 2',
      'cleared',
    ]);
  });

  it('take no more memory after an hour of 2,000 a second', () => {
    const store = new RowStore();
    const later = (from: number): void => {
      for (let at = from; at < from + 60_000; at += 1_000) {
        store.take(
          Array.from({ length: 2_000 }, (_, index) =>
            packed({ id: at * 2 + index + 1, at: at + index / 2, cause: at * 2 + index - 7 }),
          ),
        );
      }
    };
    later(0);
    const { size } = store;
    later(3_600_000);
    expect(store.size).toBe(size);
    expect(store.size).toBe(90_000);
    // What led to something that is gone holds nothing any more.
    expect(store.effectsOf(40)).toEqual([]);
  });
});
