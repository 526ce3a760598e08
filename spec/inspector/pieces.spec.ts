import { describe, expect, it } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import { KEPT_ROWS, oneLine } from 'rxhome/inspector';
import { FeedClient } from '../../src/inspector/feed-client.js';
import { plainValue } from '../../src/inspector/plain-value.js';
import { Recent } from '../../src/inspector/recent.js';
import { RowLog } from '../../src/inspector/row-log.js';
import { isSmall } from '../../src/inspector/small-value.js';
import { lasting, shortOf } from '../../src/inspector/value-words.js';
import { aRow } from './page/rows.js';

describe('RowLog', () => {
  it('keeps 90,000 rows, forgets whole messages, and knows who cannot go on', () => {
    const log = new RowLog('s');
    for (let i = 0; i < 200; i++)
      log.addRows(
        Array.from({ length: 1_000 }, (_, n) => aRow({ id: i * 1_000 + n })),
        [],
      );
    expect(log.last).toBe(200);
    expect(log.first).toBe(200 - KEPT_ROWS / 1_000 + 1);
    expect(log.get(log.first - 1)).toBeUndefined();
    expect(log.get(log.last)?.bytes.toString()).toMatch(
      /^id: s:200\nevent: rows\ndata: \[\[199000,/,
    );
    expect(log.rowsSince(190)).toBe(10_000);
    expect(log.rowsSince(0)).toBe(KEPT_ROWS);
    expect(log.rowsSince(200)).toBe(0);
    expect(log.resumeAfter('s:200')).toBe(200);
    expect(log.resumeAfter(`s:${log.first - 1}`)).toBe(log.first - 1);
    expect(log.resumeAfter(`s:${log.first - 2}`)).toBeNull();
    expect(log.resumeAfter('s:201')).toBeNull();
    expect(log.resumeAfter('t:200')).toBeNull();
  });

  it('goes on counting over thousands of messages', () => {
    const log = new RowLog('s');
    for (let i = 1; i <= 5_000; i++)
      log.addRows(
        Array.from({ length: 50 }, () => aRow({ id: i })),
        [],
      );
    expect(log.last).toBe(5_000);
    expect(log.get(5_000)?.bytes.toString()).toContain('id: s:5000\n');
    expect(log.get(log.first)?.bytes.toString()).toContain(`id: s:${log.first}\n`);
    expect(log.rowsSince(4_999)).toBe(50);
  });

  it('adds nothing when there is nothing', () => {
    const log = new RowLog('s');
    log.addRows([], []);
    expect([log.first, log.last, log.rowsSince(0)]).toEqual([1, 0, 0]);
    expect(log.resumeAfter('s:0')).toBe(0);
  });
});

describe('FeedClient', () => {
  /** A reader who has an unread megabyte, or not. */
  function reader(): {
    readonly written: string[];
    isFull: boolean;
    readonly client: FeedClient;
  } & {
    readonly log: RowLog;
  } {
    const log = new RowLog('s');
    for (let i = 0; i < 60; i++)
      log.addRows(
        Array.from({ length: 1_000 }, () => aRow({ id: i })),
        [],
      );
    const it = { written: [] as string[], isFull: false, log };
    const response = {
      write: (bytes: Buffer) => it.written.push(bytes.toString()),
      on: () => undefined,
      get writableLength() {
        return it.isFull ? 2 ** 21 : 0;
      },
    };
    const client = new FeedClient(response as unknown as ServerResponse, log, 0, () => undefined);
    return Object.assign(it, { client });
  }
  const add = (log: RowLog, thousands: number): void => {
    for (let i = 0; i < thousands; i++)
      log.addRows(
        Array.from({ length: 1_000 }, () => aRow({ id: i })),
        [],
      );
  };

  it('is given time for all that was kept, and less once it has caught up', () => {
    const it = reader();
    it.isFull = true;
    add(it.log, 20);
    it.client.pump(); // 80,000 behind, of which 60,000 were there before
    it.isFull = false;
    it.client.pump();
    expect(it.written.length).toBe(80);
    expect(it.written.join('')).not.toContain('event: gap');

    it.isFull = true;
    add(it.log, 21);
    it.client.pump();
    expect(it.written.length).toBe(80);
    it.isFull = false;
    it.client.pump();
    expect(it.written.length).toBe(81);
    expect(it.written[80]).toMatch(/^id: s:101\nevent: gap\n.*"because":"slow-page"/);
  });

  it('is told of a gap when its place in the log is gone, also if not much is left of that', () => {
    const it = reader();
    it.isFull = true;
    const text = 'x'.repeat(4_000);
    for (let i = 0; i < 20; i++)
      it.log.addRows(
        Array.from({ length: 1_000 }, () => ({ ...aRow({ id: i }), text })),
        [],
      );
    expect(it.log.rowsSince(0)).toBeLessThan(20_000); // more than 48 MB are not kept
    it.isFull = false;
    it.client.pump();
    expect(it.written.length).toBe(1);
    expect(it.written[0]).toContain('event: gap');
  });

  it('is told of a gap when its place in the log is overwritten', () => {
    const it = reader();
    it.client.pump();
    it.isFull = true;
    add(it.log, 5);
    it.client.pump();
    add(it.log, 95); // nobody has looked meanwhile
    it.isFull = false;
    it.client.pump();
    expect(it.written.length).toBe(61);
    expect(it.written[60]).toContain('event: gap');
  });
});

describe('plainValue', () => {
  it('ends at each of its limits, and says so', () => {
    const deep: { down?: unknown } = {};
    let at = deep;
    for (let i = 0; i < 100; i++) at = at.down = {};
    for (const value of [deep, 'x'.repeat(100_000), Array.from({ length: 5_000 }, () => 1)]) {
      const { data, isCut } = plainValue(value);
      expect(isCut).toBe(true);
      expect(JSON.stringify(data).length).toBeLessThan(70_000);
    }
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`key${i}`, i]));
    expect(Object.keys(plainValue(many).data as object).length).toBeLessThanOrEqual(2_000);
    expect(plainValue({ a: [1, { b: 'c' }] })).toEqual({
      data: { a: [1, { b: 'c' }] },
      isCut: false,
    });
  });

  it('is no cycle when the same thing stands in two places', () => {
    const same = { a: 1 };
    expect(plainValue([same, same]).data).toEqual([same, same]);
  });

  it('survives what makes itself anew whenever it is asked', () => {
    const endless = (): object => ({ toJSON: endless });
    expect(plainValue(endless()).isCut).toBe(true);
    expect(
      plainValue({
        toJSON: () => {
          throw new Error('no');
        },
      }).data,
    ).toBe('[cannot be read]');
  });
});

describe('isSmall', () => {
  it.each<[object, boolean]>([
    [{}, true],
    [{ a: [1, 2, { b: 'c' }] }, true],
    [Array.from({ length: 150 }, (_, i) => i), true],
    [Array.from({ length: 250 }, (_, i) => i), false],
    [{ text: 'x'.repeat(9_000) }, false],
    [{ bytes: new Uint8Array(100) }, true],
    [{ bytes: Buffer.alloc(20_000) }, false],
    [{ part: new Uint8Array(new ArrayBuffer(20_000), 0, 8) }, false],
    [new Map(), false],
    [new Proxy({}, {}), false],
    [{ closure: () => undefined }, false],
  ])('%j: %s', (value, expected) => {
    expect(isSmall(value)).toBe(expected);
  });

  it('walks a cycle once, and calls no getter', () => {
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    Object.defineProperty(cycle, 'trap', {
      enumerable: true,
      get: () => {
        throw new Error('no');
      },
    });
    expect(isSmall(cycle)).toBe(true);
  });
});

describe('Recent', () => {
  it('remembers the last ones, and not more than twice as many', () => {
    const recent = new Recent<number, number>(10);
    for (let i = 0; i < 1_000; i++) recent.set(i, i);
    for (let i = 990; i < 1_000; i++) expect(recent.get(i)).toBe(i);
    expect(recent.get(979)).toBeUndefined();
    recent.set(999, 5);
    expect(recent.get(999)).toBe(5);
  });
});

describe('words of values', () => {
  it.each([
    ['on', 'on'],
    ['unavailable', 'unavail…'],
    ['412', '412'],
    ['21.600', '21.6'],
    ['1234567', '1.2e6'],
    ['0.123456', '0.1235'],
    [true, 'on'],
    ['', ''],
    [null, ''],
    [['a'], ''],
  ])('%j is short %j', (value, expected) => {
    expect(shortOf(value)).toBe(expected);
    expect(shortOf(value).length).toBeLessThanOrEqual(8);
  });

  it('cuts a line without leaving half a character', () => {
    const line = oneLine(`${'x'.repeat(118)}😀😀`);
    expect(line).toBe(`${'x'.repeat(118)}…`);
    expect(line).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])/);
  });

  it.each([
    [5, '5 ms'],
    [2_500, '2.5 s'],
    [20_000, '20 s'],
    [1_200_000, '20 min'],
    [10_800_000, '3 h'],
  ])('%i lasts %s', (ms, words) => {
    expect(lasting(ms)).toBe(words);
  });
});
