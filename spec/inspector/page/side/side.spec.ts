import { describe, expect, it } from '@jest/globals';
import { countEvents } from '../../../../src/inspector/page/side/event-counts.js';
import { payloadLines } from '../../../../src/inspector/page/side/payload-lines.js';
import { logTime } from '../../../../src/inspector/page/side/log-time.js';
import { stallsOf } from '../../../../src/inspector/page/side/stalls.js';
import { statAt } from '../../../../src/inspector/page/side/stat-at.js';
import { row, stat } from '../stats.js';

describe('the log scale of a chain', () => {
  it('goes from 0 to 1, and grows', () => {
    const at = [0, 0.01, 0.1, 1, 10, 84, 85].map((ms) => logTime(ms, 85));
    expect([at[0], at.at(-1)]).toEqual([0, 1]);
    expect([...at].sort((a, b) => a - b)).toEqual(at);
    expect(new Set(at).size).toBe(at.length);
  });

  it('keeps the first hundredth of a millisecond apart from the start', () => {
    expect(logTime(0.05, 85)).toBeGreaterThan(0.05);
  });

  it('does not leave the scale', () => {
    expect([
      logTime(-5, 10),
      logTime(20, 10),
      logTime(5, 0),
      logTime(NaN, 10),
      logTime(1, NaN),
    ]).toEqual([0, 1, 0, 0, 0]);
  });
});

describe('how the hub fared then', () => {
  const stats = [stat({ at: 1_000 }), stat({ at: 1_250, delay: 300 }), stat({ at: 1_500 })];

  it('is told by the first stat behind it', () => {
    expect([900, 1_000, 1_001, 1_250, 1_500].map((at) => statAt(stats, at)?.at)).toEqual([
      1_000, 1_000, 1_250, 1_250, 1_500,
    ]);
  });

  it('is not known if nobody looked', () => {
    expect(statAt([], 1_000)).toBeNull();
    expect(statAt(stats, 1_501)).toBeNull();
    expect(statAt(stats, -5_000)).toBeNull();
  });
});

describe('events by type and owner', () => {
  it('are counted over the window, the most frequent first', () => {
    const rows = [
      row({ id: 5, at: 60_000, name: 'b' }),
      row({ id: 4, at: 50_000, name: 'a' }),
      row({ id: 3, at: 40_000, name: 'a', owner: 'other' }),
      row({ id: 2, at: 30_000, name: 'a' }),
      row({ id: 1, at: -1, name: 'old' }),
    ];
    const { counts, overMs } = countEvents(rows, 60_000, 60_000);
    expect(overMs).toBe(60_000);
    expect(counts.map(({ name, owner, count, newest }) => [name, owner, count, newest.id])).toEqual(
      [
        ['a', 'house', 2, 4],
        ['b', 'house', 1, 5],
        ['a', 'other', 1, 3],
      ],
    );
    expect(counts[0]?.perSecond).toBeCloseTo(2 / 60, 6);
  });

  it('are what is on the bus: no tasks, no findings', () => {
    const rows = [
      row({ id: 1, kind: 'task' }),
      row({ id: 2, kind: 'diagnostic' }),
      row({ id: 3, kind: 'state' }),
      row({ id: 4, kind: 'service' }),
    ];
    const { counts } = countEvents(rows, 1_000, 60_000);
    expect(counts.map(({ kind }) => kind)).toEqual(['state', 'service']);
  });

  it('are counted over less time when there are very many', () => {
    const rows = Array.from({ length: 25_000 }, (_, index) =>
      row({ id: index + 1, at: 60_000 - index }),
    );
    const { counts, overMs } = countEvents(rows, 60_000, 60_000);
    expect(overMs).toBe(19_999);
    expect(counts[0]?.perSecond).toBeCloseTo(1_000, -1);
  });
});

describe('what a row was about, in lines', () => {
  it('has names before values, and what is inside further in', () => {
    expect(payloadLines({ a: 1, b: { c: ['x', null] }, d: {}, e: [] })).toEqual([
      { depth: 0, name: 'a', text: '1' },
      { depth: 0, name: 'b', text: null },
      { depth: 1, name: 'c', text: null },
      { depth: 2, name: '0', text: 'x' },
      { depth: 2, name: '1', text: 'null' },
      { depth: 0, name: 'd', text: '{}' },
      { depth: 0, name: 'e', text: '[]' },
    ]);
  });

  it('is one line for a bare value, and none for nothing', () => {
    expect(payloadLines('<b>')).toEqual([{ depth: 0, name: '', text: '<b>' }]);
    expect([payloadLines(null), payloadLines(undefined), payloadLines({})]).toEqual([[], [], []]);
    expect(payloadLines({ a: undefined })).toEqual([{ depth: 0, name: 'a', text: 'undefined' }]);
  });

  it('ends somewhere', () => {
    expect(payloadLines(Array(5_000).fill(1))).toHaveLength(2_000);
  });
});

describe('stalls', () => {
  it('are the late stats, the newest first, each with what was found out about it', () => {
    const stats = [
      stat({ at: 1_000, delay: 41 }),
      stat({ at: 1_250, delay: 40 }),
      stat({ at: 9_000, delay: 421 }),
    ];
    const found = row({
      id: -1,
      at: 9_300,
      kind: 'diagnostic',
      text: 'stall.ts blocked for 420 ms',
    });
    expect(stallsOf(stats, [found])).toEqual([
      { at: 9_000, ms: 421, findings: [found] },
      { at: 1_000, ms: 41, findings: [] },
    ]);
  });

  it('a finding belongs to the worst one around it', () => {
    const stats = [stat({ at: 1_000, delay: 50 }), stat({ at: 1_250, delay: 400 })];
    const found = row({ id: -1, at: 1_300, kind: 'diagnostic' });
    expect(stallsOf(stats, [found]).map(({ findings }) => findings.length)).toEqual([1, 0]);
  });

  it('a finding of another time belongs to none', () => {
    const found = row({ id: -1, at: 99_000, kind: 'diagnostic' });
    expect(stallsOf([stat({ delay: 50 })], [found])[0]?.findings).toEqual([]);
  });
});
