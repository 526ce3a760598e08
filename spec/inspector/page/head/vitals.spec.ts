import { describe, expect, it } from '@jest/globals';
import { connectionWords, gapWords } from '../../../../src/inspector/page/head/connection-words.js';
import { SPARK_WIDTH, sparkOf } from '../../../../src/inspector/page/head/sparkline.js';
import { vitalFigures } from '../../../../src/inspector/page/head/vital-figures.js';
import { HELLO, stat } from '../stats.js';

const shown = (stats: Parameters<typeof vitalFigures>[0], hello: typeof HELLO | null = HELLO) =>
  vitalFigures(stats, hello).map(({ tab, number, unit, beside, mood }) =>
    [tab, number, unit, beside, mood].join('|'),
  );

describe('the six tiles', () => {
  it('tell how the hub fares', () => {
    expect(shown([stat({ busy: 1, queued: 3 })])).toEqual([
      'events|4.5|/s|1,204 seen|',
      'delay|3.8|ms|worst, 2 s|',
      'use|2|%|event loop busy|',
      'executor|1|of 2 busy|3 queued|',
      'listeners|38||all owned|',
      'errors|0||since the start|',
    ]);
  });

  it('warn of what is leaked, late and failed', () => {
    expect(shown([stat({ leaked: 2, errors: 1, delay: 421 })])).toEqual(
      expect.arrayContaining([
        'delay|421|ms|worst, 2 s|fails',
        'listeners|38||2 leaked|warns',
        'errors|1||since the start|fails',
      ]),
    );
    expect(shown([stat({ delay: 41 })])).toContain('delay|41|ms|worst, 2 s|warns');
    expect(shown([stat({ delay: 40 })])).toContain('delay|40|ms|worst, 2 s|');
  });

  it('show the worst delay of two seconds, and then forget it', () => {
    const after = (stats: number) => [
      stat({ delay: 300 }),
      ...Array<ReturnType<typeof stat>>(stats).fill(stat()),
    ];
    expect(shown(after(7))).toContain('delay|300|ms|worst, 2 s|fails');
    expect(shown(after(8))).toContain('delay|3.8|ms|worst, 2 s|');
  });

  it('show a dash before anything is known, and never a 0 for what a machine does not tell', () => {
    expect(vitalFigures([], null).map(({ number }) => number)).toEqual(Array(6).fill('–'));
    const dumb = vitalFigures([stat({ delay: NaN, use: NaN })], HELLO);
    expect(dumb.map(({ number }) => number)).toEqual(['4.5', null, null, '0', '38', '0']);
  });
});

describe('a sparkline', () => {
  it('ends at the right edge, and leaves empty what was not seen', () => {
    const { line, area } = sparkOf([0, 4], 3, 4);
    expect(line).toBe(`M60 19L${SPARK_WIDTH} 1`);
    expect(area).toBe(`${line}V20H60Z`);
  });

  it('has no line before there are two values', () => {
    expect(sparkOf([], 120, 1)).toEqual({ line: '', area: '' });
    expect(sparkOf([5], 120, 1)).toEqual({ line: '', area: '' });
  });

  it('shows the newest values only, and small ones small', () => {
    expect(sparkOf([99, 99, 1, 1], 2, 10).line).toBe(`M0 17.2L${SPARK_WIDTH} 17.2`);
  });

  it('draws what is no number as nothing', () => {
    expect(sparkOf([NaN, -3, Infinity], 3, 1).line).not.toMatch(/NaN|Infinity|-/);
  });
});

describe('words about the connection', () => {
  it('are few while it is good', () => {
    expect([connectionWords('live', true), connectionWords('connecting', false)]).toEqual([
      null,
      null,
    ]);
  });

  it('say what is the matter, and whether something was seen before', () => {
    expect(connectionWords('lost', true)).toContain('what you see is what was');
    expect(connectionWords('lost', false)).toBe('The hub does not answer. Trying again.');
    expect(connectionWords('ended', true)).toContain('has stopped');
    expect(connectionWords('old', true)).toContain('another version');
    expect(connectionWords('full', true)).toContain('Close one');
  });
});

describe('words about a gap', () => {
  const gap = (because: 'flood' | 'slow-page' | 'lost', events: number | null = 1_284) => ({
    from: 0,
    to: 1_000,
    events,
    because,
  });

  it('say why, and how much was counted only', () => {
    expect(gapWords(gap('flood'), 1_000)).toBe(
      'too fast to be looked at: 1,284 events, counted only',
    );
    expect(gapWords(gap('slow-page', 1), 1_000)).toBe(
      'this page was too slow: 1 event, counted only',
    );
    expect(gapWords(gap('lost', null), 1_000)).toBe('not kept so long');
  });

  it('are gone ten seconds later', () => {
    expect(gapWords(gap('flood'), 11_000)).not.toBeNull();
    expect(gapWords(gap('flood'), 11_001)).toBeNull();
    expect(gapWords(undefined, 0)).toBeNull();
  });
});
