import { describe, expect, it } from '@jest/globals';
import {
  ago,
  clockTime,
  count,
  counted,
  duration,
  figure,
  offset,
  rateWords,
  spanName,
} from '../../../src/inspector/page/format.js';

describe('numbers and times of the page', () => {
  it.each([
    [0, '0 ms'],
    [0.001, '<0.01 ms'],
    [0.03, '0.03 ms'],
    [0.994, '0.99 ms'],
    [0.996, '1.0 ms'],
    [9.94, '9.9 ms'],
    [9.96, '10 ms'],
    [85.4, '85 ms'],
    [999.4, '999 ms'],
    [999.6, '1.00 s'],
    [6_000, '6.00 s'],
    [12_340, '12.3 s'],
    [59_999, '1 min 00 s'],
    [185_000, '3 min 05 s'],
    [3_599_999, '1 h 00 min'],
    [7_800_000, '2 h 10 min'],
    [-5, '−5.0 ms'],
    [NaN, '?'],
    [Infinity, '?'],
  ])('a duration of %s ms is %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  it('offsets are short, begin at 0, and may be before it', () => {
    expect([0, 0.001, 0.03, 1.5, 85, 6_000, 185_000, -2].map(offset)).toEqual([
      '0',
      '0',
      '+0.03ms',
      '+1.5ms',
      '+85ms',
      '+6.00s',
      '+3 min 05 s',
      '−2.0ms',
    ]);
  });

  it('ages are coarse, and never negative', () => {
    expect([-50, 999, 1_000, 59_000, 60_000, 240_000, 3_600_000, 10_800_000].map(ago)).toEqual([
      'now',
      'now',
      '1 s',
      '59 s',
      '1 min',
      '4 min',
      '1 h',
      '3 h',
    ]);
  });

  it('times of day have milliseconds', () => {
    const at = new Date(2026, 10, 21, 7, 5, 3, 9).getTime();
    expect(clockTime(at)).toBe('07:05:03.009');
    expect(clockTime(at + 0.7)).toBe('07:05:03.009');
  });

  it('counts and figures', () => {
    expect([count(1_284.4), counted(1, 'effect'), counted(0, 'effect')]).toEqual([
      '1,284',
      '1 effect',
      '0 effects',
    ]);
    expect([0, 0.04, 4.5, 9.96, 63.2, 2_004].map(figure)).toEqual([
      '0',
      '0.0',
      '4.5',
      '10',
      '63',
      '2,004',
    ]);
    expect([0.016, 0.9, 1, 63].map(rateWords)).toEqual(['1/min', '54/min', '1.0/s', '63/s']);
    expect([5_000, 30_000, 120_000, 300_000].map(spanName)).toEqual(['5 s', '30 s', '2 m', '5 m']);
  });
});
