import { describe, expect, it } from '@jest/globals';
import { packRow, packUpdate } from 'rxhome/inspector';
import { ReceivedRows } from '../../src/cli/received-rows.js';
import { rowMatcher } from '../../src/cli/commands/tail.js';
import { MadeUpRows } from './feed.js';
import { HELLO } from './inspectors.js';

const AT = 1_000_000;
const hello = { ...HELLO, at: AT };

describe('rows that came over the feed', () => {
  it('are those from now on', () => {
    const made = new MadeUpRows();
    const old = made.event('old', { at: AT - 1 });
    const young = made.event('new', { at: AT });
    const received = new ReceivedRows();
    expect(received.hello(hello)).toBe(true);
    expect([...received.rows([old, young].map(packRow))]).toEqual([young]);
  });

  it('are put together with how they have gone on', () => {
    const made = new MadeUpRows();
    const task = made.start('task', 'work');
    const ended = { ...task, status: 'failed' as const, dur: 5, worker: 2 };
    const received = new ReceivedRows();
    received.hello(hello);
    expect([...received.rows([packRow(task), packUpdate(ended), packUpdate(ended)])]).toEqual([
      task,
      ended, // and of what has ended nothing more
    ]);
  });

  it('are all new after a restart, and nothing of before goes on', () => {
    const made = new MadeUpRows();
    const task = made.start('task', 'work');
    const old = made.event('from the start', { at: AT - 500 });
    const received = new ReceivedRows();
    received.hello(hello);
    expect([...received.rows([packRow(task)])]).toHaveLength(1);
    expect(received.hello(hello)).toBe(false); // the same one, resumed
    expect(received.hello({ ...hello, session: 'two' })).toBe(true);
    expect([...received.rows([packUpdate(task), packRow(old)])]).toEqual([old]);
  });

  it('know the names of entities as long as there are some', () => {
    const received = new ReceivedRows();
    received.entities([['light.hall', 'on', 'Hall', null]]);
    expect(received.nameOf('light.hall')).toBe('Hall');
    received.entities([['light.hall', null, 'Hall', null]]);
    expect(received.nameOf('light.hall')).toBeUndefined();
  });
});

describe('the pattern of tail', () => {
  const made = new MadeUpRows();
  const event = made.event('doorbell', { owner: 'front door' });
  const state = made.state('light.hall', 'on', { owner: 'lights' });

  it.each([
    [undefined, [true, true]],
    ['doorbell', [true, false]],
    ['front*', [true, false]],
    ['light.*', [false, true]],
    ['lights', [false, true]],
    ['state', [false, true]],
    ['state_changed', [false, true]],
    ['nothing', [false, false]],
  ])('%s', (pattern, expected) => {
    expect([event, state].map(rowMatcher(pattern))).toEqual(expected);
  });
});
