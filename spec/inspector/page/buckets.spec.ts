import { describe, expect, it } from '@jest/globals';
import {
  BUCKET,
  Buckets,
  crowdHeight,
  scaleFor,
} from '../../../src/inspector/page/model/buckets.js';
import type { Lane } from '../../../src/inspector/page/model/lane.js';
import { Lanes } from '../../../src/inspector/page/model/lanes.js';
import type { Row } from '../../../src/inspector/wire.js';
import { packed, storeOf } from './rows.js';

const laneOf = (...rows: (Partial<Row> & { id: number })[]): Lane =>
  new Lanes(storeOf(...rows)).list.value[0] as Lane;

describe('buckets of 12 pixels', () => {
  // 10 ms per pixel: 120 ms in one.
  it('begin at the same times wherever one looks from', () => {
    const buckets = new Buckets(laneOf({ id: 1, at: 119.9 }, { id: 2, at: 120 }), 10);
    expect(buckets.at(0)).toMatchObject({ count: 1, row: { id: 1 } });
    expect(buckets.at(1)).toMatchObject({ count: 1, row: { id: 2 } });
    expect(buckets.at(2)).toBeUndefined();
    expect(buckets.indexAt(240)).toBe(2);
  });

  it.each([
    ['alone', [5], 'marble'],
    ['another two buckets on', [5, 7], 'dot'],
    ['another in the next one', [5, 6], 'dot'],
    ['another three on', [5, 8], 'marble'],
    ['several, alone', [5, 5, 7], 'many'],
    ['several, and others beside them', [5, 5, 6], 'dense'],
  ])('%s', (_, at, expected) => {
    const rows = at.map((bucket, index) => ({ id: index + 1, at: bucket * 120 + 1 }));
    expect(new Buckets(laneOf(...rows), 10).detailAt(5)).toBe(expected);
  });

  it('look across the edges of tiles', () => {
    const buckets = new Buckets(laneOf({ id: 1, at: 19 * 120 }, { id: 2, at: 20 * 120 }), 10);
    expect([buckets.detailAt(19), buckets.detailAt(20)]).toEqual(['dot', 'dot']);
  });

  it('count what comes, and count again what has changed or gone', () => {
    const store = storeOf({ id: 1, at: 10 });
    const lane = new Lanes(store).list.value[0] as Lane;
    const buckets = new Buckets(lane, 10);
    expect(buckets.at(0)?.count).toBe(1);
    store.take([packed({ id: 2, at: 20, status: 'failed', human: false })]);
    expect(buckets.at(0)?.count).toBe(1);
    buckets.add(store.get(2) as Row);
    expect(buckets.at(0)).toMatchObject({ count: 2, failed: 1, row: { id: 2 } });
    store.take([['u', 1, 3, 5, null]]);
    buckets.forget(store.get(1) as Row);
    expect(buckets.at(0)).toMatchObject({ count: 2, failed: 2 });
  });

  it('keep kinds apart, and failures beside them', () => {
    const buckets = new Buckets(
      laneOf({ id: 1 }, { id: 2, status: 'failed' }, { id: 3, human: false }),
      10,
    );
    const bucket = buckets.at(0);
    expect([...(bucket?.kinds ?? [])]).toEqual([['event', 3]]);
    expect(bucket?.failed).toBe(1);
  });

  it('leave bars to be bars, as soon as they are as wide as a bucket', () => {
    const task = { kind: 'task', status: 'done' } as const;
    const lane = laneOf(
      { id: 1, at: 0, dur: 119, ...task },
      { id: 2, at: 0, dur: 121, ...task },
      { id: 3, at: 0, kind: 'task', status: 'running' },
    );
    expect(new Buckets(lane, 10).at(0)?.count).toBe(1);
    expect(new Buckets(lane, 100).at(0)?.count).toBe(2);
    expect(new Buckets(lane, 1).at(0)).toBeUndefined();
  });

  it('lose nothing at any scale', () => {
    const rows = Array.from({ length: 500 }, (_, index) => ({
      id: index + 1,
      at: 1_795_280_000_000 + index * 7.3,
    }));
    for (const msPerPx of [0.0061, 0.37, 4.123, 36.31]) {
      const buckets = new Buckets(laneOf(...rows), msPerPx);
      const last = buckets.indexAt(rows[499]?.at ?? 0);
      let seen = 0;
      // Zoomed in there are millions of empty ones.
      const looked = new Set(rows.map(({ at }) => buckets.indexAt(at)));
      for (const index of looked) seen += buckets.at(index)?.count ?? 0;
      expect(seen).toBe(500);
      expect(buckets.at(last + 21)).toBeUndefined();
      expect(BUCKET * msPerPx).toBeGreaterThan(0);
    }
  });
});

describe('the height of a crowd', () => {
  it('is on one scale: 285 and 63 a second do not look alike', () => {
    const scale = scaleFor(285);
    expect(scale).toBeGreaterThanOrEqual(285);
    expect(crowdHeight(285, scale) / crowdHeight(63, scale)).toBeGreaterThan(2);
    expect(crowdHeight(1_000, scale)).toBe(1);
  });

  it('changes its scale seldom', () => {
    expect(scaleFor(0)).toBe(scaleFor(8));
    const scales = new Set(Array.from({ length: 1_000 }, (_, index) => scaleFor(index + 1)));
    expect(scales.size).toBeLessThan(14);
  });
});
