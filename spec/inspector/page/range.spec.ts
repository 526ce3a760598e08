import { describe, expect, it } from '@jest/globals';
import { Lanes } from '../../../src/inspector/page/model/lanes.js';
import { barBox, layoutOf } from '../../../src/inspector/page/model/layout.js';
import { niceRange, numberOf, rangeOf } from '../../../src/inspector/page/model/range.js';
import type { Row } from '../../../src/inspector/wire.js';
import { storeOf } from './rows.js';

describe('the range of a line', () => {
  it.each([
    [3, 97, '%', { low: 0, high: 100 }],
    [-3, 97, '%', { low: -100, high: 100 }],
    [20, 97, 'W', { low: 0, high: 100 }],
    [18.4, 21.7, '°C', { low: 18, high: 22 }],
    [5, 5, 'W', { low: 5, high: 5.01 }],
    [0, 0, null, { low: 0, high: 1e-9 }],
  ])('from %d to %d %s is %j', (low, high, unit, expected) => {
    const range = niceRange(low, high, unit);
    expect(range.low).toBeCloseTo(expected.low, 9);
    expect(range.high).toBeCloseTo(expected.high, 9);
    expect(range.high).toBeGreaterThan(range.low);
  });

  it('is of all that was measured, else of what is now', () => {
    const state = { kind: 'state', entity: 'sensor.t' } as const;
    const lane = new Lanes(
      storeOf({ id: 1, ...state, number: 3 }, { id: 2, ...state, number: 8 }),
    ).list.value.at(0);
    if (lane === undefined) throw new Error('no lane');
    expect(rangeOf(lane, null, 99)).toEqual({ low: 0, high: 8 });
    lane.clear();
    expect(rangeOf(lane, null, 40)).toMatchObject({ low: 40 });
    expect(rangeOf(lane, null, null)).toBeNull();
  });

  it('knows what is a number', () => {
    expect(['21.5', '-1', '', ' ', 'on', 'Infinity', null].map(numberOf)).toEqual([
      21.5,
      -1,
      ...Array<null>(5).fill(null),
    ]);
  });
});

it('bars that overlap stand under each other, inside their lane', () => {
  const task = { kind: 'task', status: 'done', dur: 50 } as const;
  const store = storeOf({ id: 1, ...task }, { id: 2, ...task }, { id: 3, ...task });
  const [place] = layoutOf(new Lanes(store).list.value, 100).places;
  if (place === undefined) throw new Error('no lane');
  const boxes = [1, 2, 3].map((id) => barBox(place, store.get(id) as Row));
  for (const [index, { y, height }] of boxes.entries()) {
    expect(y).toBeGreaterThanOrEqual(place.top);
    expect(y + height).toBeLessThanOrEqual(place.top + place.height);
    expect(y).toBeGreaterThan((boxes[index - 1] ?? { y: -1 }).y + (index > 0 ? height : 0));
  }
});
