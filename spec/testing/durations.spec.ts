import { describe, expect, it } from '@jest/globals';
import { toMs, type Duration } from '../../src/testing/durations.js';

describe('toMs', () => {
  it.each<[Duration, number]>([
    [0, 0],
    [1500, 1500],
    ['250ms', 250],
    ['5s', 5_000],
    ['1.1s', 1_100],
    ['10m', 600_000],
    ['1h', 3_600_000],
    ['2d', 172_800_000],
  ])('reads %p as %p milliseconds', (duration, ms) => {
    expect(toMs(duration)).toBe(ms);
  });

  it.each([-1, 0.5, NaN, Infinity, '', '10', 'ms', '10 m', '-5s', '5 minutes', '0.5ms', null, {}])(
    'refuses %p',
    (wrong) => {
      expect(() => toMs(wrong as Duration)).toThrow(
        expect.objectContaining({
          code: 'INVALID_OPTION',
          message: expect.stringContaining('Expected whole milliseconds'),
        }),
      );
    },
  );
});
