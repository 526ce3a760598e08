import { describe, expect, it } from '@jest/globals';
import { valueOf } from '../../src/cli/chain-words.js';
import { globOf } from '../../src/cli/glob.js';
import { canSeeAPage, type Surroundings } from '../../src/cli/open-browser.js';
import { table } from '../../src/cli/table.js';
import { timeAndDay, timeOfDay, timeWithMs } from '../../src/cli/time-of-day.js';
import { timeWords } from '../../src/cli/time-words.js';
import { unrealLabel, unrealWords } from '../../src/cli/simulation.js';
import { whyWords } from '../../src/cli/why-words.js';

describe('a pattern', () => {
  it.each([
    ['light.*', ['light.hall', 'light.', 'LIGHT.hall'], ['light', 'a.light.hall', 'lightxhall']],
    ['*motion*', ['motion', 'binary_sensor.motion_2'], ['moton']],
    ['sensor.?', ['sensor.a'], ['sensor.', 'sensor.ab']],
    ['a+(b)[c]', ['a+(b)[c]'], ['aab', 'ab']],
    ['**', ['', 'anything', 'two\nlines'], []],
    ['light.hall', ['light.hall'], ['light.hall_2']],
    ['$&', ['$&'], ['']],
  ])('%s means %j and not %j', (pattern, yes, no) => {
    const fits = globOf(pattern);
    expect(yes.filter((name) => !fits(name))).toEqual([]);
    expect(no.filter(fits)).toEqual([]);
  });

  it('means everything where there is none', () => {
    expect(globOf(undefined)('anything')).toBe(true);
  });
});

describe('a table', () => {
  it('is as wide as it has to be, with numbers on the right', () => {
    expect(
      table(
        ['NAME', 'COUNT', 'LAST'],
        [
          ['a', 5, 'x'],
          ['längerer', 1000, ''],
        ],
      ),
    ).toEqual(['NAME      COUNT  LAST', 'a             5  x', 'längerer   1000']);
  });

  it('shows no line ends and nothing that is endless', () => {
    const [, line = ''] = table(['NAME'], [[`a\n\u001b[2J${'x'.repeat(500)}`]]);
    expect(line).toHaveLength(60);
    expect(line).toMatch(/^a�\[2Jx+…$/);
  });
});

describe('a span of time', () => {
  it.each([
    [0, '0 ms'],
    [-5, '0 ms'],
    [999, '999 ms'],
    [1_000, '1 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [3_600_000, '1 h'],
    [86_400_000 * 400, '400 d'],
  ])('of %d ms is %s', (ms, words) => {
    expect(timeWords(ms)).toBe(words);
  });
});

describe('the value of a state', () => {
  it.each([
    ['light.page: off → on', 'on'],
    ['light.page: on', 'on'],
    ['light.page: removed', 'removed'],
    ['light.page: on, brightness 10 → 20', 'on'],
    ['light.page: on, other color', 'on'],
    ['sensor.net: 99 B/s → 1.2 MB/s', '1.2 MB/s'],
    ['sensor.way: none → a → b', 'a → b'],
    ['sensor.text: rain, then sun', 'rain, then sun'],
    ['sensor.text: ', ''],
  ])('in %j is %j', (text, value) => {
    const [entity = ''] = text.split(':');
    expect(valueOf({ entity, text })).toBe(value);
  });
});

describe('a browser', () => {
  const desk: Surroundings = { isTTY: true, platform: 'linux', env: { DISPLAY: ':0' } };

  it('is opened where somebody sees it', () => {
    expect(canSeeAPage(desk)).toBe(true);
    expect(canSeeAPage({ ...desk, env: { WAYLAND_DISPLAY: 'wayland-0' } })).toBe(true);
    expect(canSeeAPage({ ...desk, platform: 'darwin', env: {} })).toBe(true);
    expect(canSeeAPage({ ...desk, platform: 'win32', env: {} })).toBe(true);
  });

  it.each<Partial<Surroundings>>([
    { isTTY: false },
    { env: {} },
    { env: { DISPLAY: ':0', CI: 'true' } },
    { env: { DISPLAY: ':0', SSH_CONNECTION: '1' } },
    { env: { DISPLAY: ':0', SSH_TTY: '/dev/pts/0' } },
    { env: { DISPLAY: ':0', SSH_CLIENT: '1' } },
    { platform: 'darwin', env: { SSH_TTY: '1' } },
  ])('is not opened with %j', (other) => {
    expect(canSeeAPage({ ...desk, ...other })).toBe(false);
  });
});

describe('what is not real', () => {
  it('is said on the page and in the terminal, and nothing of what is', () => {
    expect([unrealLabel({}), unrealWords({})]).toEqual([null, null]);
    expect(unrealLabel({ simulate: true })).toBe('Simulated home');
    expect(unrealWords({ simulate: true })).toContain('not real');
    expect(unrealLabel({ load: 2_000 })).toBe('Synthetic load');
    expect(unrealWords({ load: 2_000 })).toMatch(/^Synthetic load, not real data: 2,000 /);
  });
});

describe('a time of day', () => {
  // Noon where we are: the day is the same an hour before and after.
  const noon = new Date(2026, 10, 21, 12, 0, 20, 42).getTime();

  it('of a row has its milliseconds', () => {
    expect(timeWithMs(noon + 0.9)).toBe('12:00:20.042');
  });

  it('is that of the clock on the wall, with the day if that is another', () => {
    expect(timeAndDay(noon, noon + 3_600_000)).toBe('12:00:20');
    expect(timeAndDay(noon, noon + 86_400_000)).toBe('12:00:20 on 21 November 2026');
  });
});

describe('why, in words', () => {
  const now = Date.now();
  const at = timeOfDay(now);
  const fired = { at: now, contextId: 'a', parentId: null, userId: null };
  const steps = [
    { ...fired, type: 'pressed', owner: 'hub' },
    { ...fired, type: 'state_changed', owner: 'rule', entityId: 'light.a', state: 'on' },
    { ...fired, type: 'state_changed', owner: null, entityId: 'light.b', state: null },
  ];
  const why = { subject: 'light.b', steps, isComplete: true, cutBecause: null, sentence: 'UTC' };
  const chain = `light.b was removed at ${at}, because light.a became on by rule at ${at}, because pressed was fired at ${at}`;

  it('is the chain from its end to its first cause, and who wanted it', () => {
    expect(whyWords(why, now)).toBe(`${chain}.`);
    const [first, ...others] = steps;
    const wanted = [{ ...first!, userId: 'eva' }, ...others];
    expect(whyWords({ ...why, steps: wanted }, now)).toBe(`${chain}, because user eva wanted it.`);
  });

  it('says why it goes no further back', () => {
    expect(whyWords({ ...why, cutBecause: 'It is long.' }, now)).toBe(
      `${chain}, and why that was is not known: It is long.`,
    );
  });
});
