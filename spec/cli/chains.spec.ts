import { describe, expect, it } from '@jest/globals';
import { Chains } from '../../src/cli/chains.js';
import { type Branch, moodOf, treeOf } from '../../src/cli/chain-tree.js';
import { MadeUpRows } from './feed.js';

const LIMITS = { quietMs: 150, longestMs: 2_000 };

function chainsWith(made: MadeUpRows): Chains {
  const chains = new Chains(LIMITS);
  for (const row of made.rows) chains.add(row, row.at + row.dur);
  return chains;
}

/** What the chains hold, by the names of their rows. */
function chainsOf(made: MadeUpRows): string[] {
  return chainsWith(made)
    .takeAll()
    .map(({ rows }) => rows.map(({ name }) => name).join(' '));
}

describe('Chains', () => {
  it('holds together what descends from one thing', () => {
    const made = new MadeUpRows();
    const file = made.event('folder_watcher');
    const listener = made.point('listener', { name: 'hash', cause: file.id });
    const task = made.start('task', 'hash a', { cause: listener.id });
    const job = made.start('job', 'sha256', { cause: task.id });
    made.event('other');
    made.end(job, { worker: 1 });
    made.state('sensor.a', '1', { cause: task.id });
    made.end(task);
    expect(chainsOf(made)).toEqual(['folder_watcher hash hash a sha256 state_changed', 'other']);
  });

  it('finds the chain by its first row when the cause is told of later', () => {
    const made = new MadeUpRows();
    const file = made.event('folder_watcher');
    made.state('sensor.a', '1', { cause: 7, root: file.id });
    expect(chainsOf(made)).toEqual(['folder_watcher state_changed']);
  });

  it('begins a chain with everything of work that nothing on the bus led to', () => {
    const made = new MadeUpRows();
    const look = made.start('task', 'look');
    const first = made.event('file', { cause: look.id });
    made.event('file', { cause: look.id });
    made.state('sensor.count', '2', { cause: look.id });
    made.state('sensor.size', '7', { cause: first.id, root: look.id });
    made.end(look);
    expect(chainsOf(made)).toEqual(['look', 'file state_changed', 'file', 'state_changed']);
  });

  it.each(['job', 'timer', 'timeout'] as const)('takes a %s for work, too', (kind) => {
    const made = new MadeUpRows();
    const work = made.start(kind, 'work');
    made.event('a', { cause: work.id });
    made.event('b', { cause: work.id });
    expect(chainsOf(made)).toEqual(['work', 'a', 'b']);
  });

  it('tells of a chain when nothing runs in it and it has been quiet', () => {
    const made = new MadeUpRows();
    const chains = new Chains(LIMITS);
    const task = made.start('task', 'work');
    chains.add(task, made.at);
    expect(chains.take(made.at + 500)).toEqual([]);
    made.at += 600;
    chains.add(made.end(task), made.at);
    expect(chains.take(made.at + 149)).toEqual([]);
    expect(chains.take(made.at + 150)).toMatchObject([{ isOpen: false, isContinued: false }]);
    expect([chains.takeAll(), chains.size]).toEqual([[], 0]);
  });

  it('tells of a long one early, once, and of its end with what still ran', () => {
    const made = new MadeUpRows();
    const chains = new Chains(LIMITS);
    const go = made.event('go');
    const task = made.start('task', 'long', { cause: go.id });
    const job = made.start('job', 'sha256', { cause: task.id });
    for (const row of made.rows) chains.add(row, made.at);
    expect(chains.take(made.at + 2_000)).toMatchObject([{ isOpen: true, isContinued: false }]);
    expect(chains.take(made.at + 9_000)).toEqual([]);
    made.at += 9_500;
    for (const row of [job, task]) chains.add(made.end(row, { worker: 2 }), made.at);
    const [last] = chains.take(made.at + 200);
    expect(last).toMatchObject({ isOpen: false, isContinued: true });
    expect(last!.rows).toMatchObject([
      { name: 'long', status: 'done' },
      { name: 'sha256', status: 'done', worker: 2, dur: 9_500 },
    ]);
  });

  it('tells of one as ended that has ended right before it would have been told as it is', () => {
    const made = new MadeUpRows();
    const chains = new Chains(LIMITS);
    const go = made.event('go');
    const task = made.start('task', 'long', { cause: go.id });
    for (const row of made.rows) chains.add(row, made.at);
    made.at += 1_990;
    chains.add(made.end(task), made.at);
    expect(chains.take(made.at + 60)).toMatchObject([{ isOpen: false, isContinued: false }]);
    expect([chains.take(made.at + 150), chains.size]).toEqual([[], 0]);
  });

  it('tells early of one in which nothing runs, and does not promise that it goes on', () => {
    const made = new MadeUpRows();
    const chains = new Chains(LIMITS);
    const go = made.event('go');
    chains.add(go, made.at);
    const told = [];
    for (let ms = 100; ms <= 2_400; ms += 100) {
      chains.add(made.event('again', { cause: go.id }), made.at + ms);
      told.push(...chains.take(made.at + ms));
    }
    expect(told).toMatchObject([{ isOpen: false, isContinued: false }]);
  });

  it('gives away copies: a row that goes on later changes nothing that was told', () => {
    const made = new MadeUpRows();
    const chains = new Chains(LIMITS);
    const task = made.start('task', 'long');
    chains.add(task, made.at);
    const [told] = chains.take(made.at + 2_000);
    task.status = 'failed'; // the inspector fills in the row that it gave
    expect(told!.rows[0]!.status).toBe('running');
  });

  it('counts what is beyond the limit of rows, and lets the oldest of too many chains go', () => {
    const made = new MadeUpRows();
    const storm = made.event('storm');
    for (let i = 0; i < 100; i++) made.state(`sensor.n${i}`, '1', { cause: storm.id });
    for (let i = 0; i < 10; i++) made.event(`single_${i}`);
    const chains = new Chains({ ...LIMITS, maxRows: 5, maxChains: 4 });
    for (const row of made.rows) chains.add(row, made.at);
    expect(chains.size).toBe(4);
    const told = chains.takeAll();
    expect(told.find(({ hidden }) => hidden > 0)).toBeUndefined(); // the oldest four went
    expect(told).toHaveLength(8);
  });

  it('keeps no more than its limits in a storm of one chain', () => {
    const made = new MadeUpRows();
    const storm = made.event('storm');
    const chains = new Chains({ ...LIMITS, maxRows: 5 });
    for (let i = 0; i < 3_124; i++) made.state('sensor.n', String(i), { cause: storm.id });
    for (const row of made.rows) chains.add(row, made.at);
    const [told] = chains.takeAll();
    expect([told!.rows.length, told!.hidden]).toEqual([5, 3_120]);
  });
});

describe('the tree of a chain', () => {
  const treeFor = (made: MadeUpRows): unknown => {
    const names = (branches: readonly Branch[]): unknown[] =>
      branches.map(({ row, led }) => (led.length > 0 ? [row.name, names(led)] : row.name));
    return names(treeOf(chainsWith(made).takeAll()[0]!));
  };

  it('leaves out listeners and waiting that led to nothing, and limits that were kept', () => {
    const made = new MadeUpRows();
    const go = made.event('go');
    made.point('listener', { name: 'idle', cause: go.id });
    const listener = made.point('listener', { name: 'busy', cause: go.id });
    const limit = made.start('timeout', 'limit', { cause: listener.id });
    made.state('light.a', 'on', { cause: limit.id });
    const wait = made.start('timer', 'sleep', { cause: listener.id });
    const idle = made.start('timer', 'in vain', { cause: listener.id });
    for (const row of [limit, wait, idle]) made.end(row);
    made.state('light.b', 'on', { cause: wait.id });
    const late = made.start('timeout', 'too late', { cause: listener.id });
    made.end(late, { status: 'failed' });
    expect(treeFor(made)).toEqual([
      ['go', [['busy', ['state_changed', ['sleep', ['state_changed']], 'too late']]]],
    ]);
  });

  it('leaves out what its neighbours tell already, and not what went wrong in it', () => {
    const made = new MadeUpRows();
    const value = made.state('sun.sun', 'below_horizon');
    const trigger = made.point('listener', { name: 'trigger', cause: value.id });
    const home = made.point('automation', { name: 'Night', cause: trigger.id });
    const pipe = made.point('listener', { name: 'pipe', cause: home.id });
    const run = made.start('task', 'Night', { cause: pipe.id });
    const call = made.start('service', 'light.turn_on', { cause: run.id });
    const lamp = made.start('task', 'light.turn_on light.a', { cause: call.id });
    made.state('light.a', 'on', { cause: lamp.id });
    const broken = made.start('task', 'light.turn_on light.b', { cause: call.id });
    made.end(broken, { status: 'failed' });
    made.start('task', 'other', { cause: run.id });
    expect(treeFor(made)).toEqual([
      [
        'state_changed',
        [['Night', [['light.turn_on', ['state_changed', 'light.turn_on light.b']], 'other']]],
      ],
    ]);
  });

  it('keeps a listener that triggered an automation, if it did more or failed', () => {
    const more = new MadeUpRows();
    const go = more.event('go');
    const both = more.point('listener', { name: 'both', cause: go.id });
    more.point('automation', { name: 'Night', cause: both.id });
    more.state('light.a', 'on', { cause: both.id });
    expect(treeFor(more)).toEqual([['go', [['both', ['Night', 'state_changed']]]]]);

    const failed = new MadeUpRows();
    const event = failed.event('go');
    const one = failed.point('listener', { name: 'one', cause: event.id, status: 'failed' });
    failed.point('automation', { name: 'Night', cause: one.id });
    expect(treeFor(failed)).toEqual([['go', [['one', ['Night']]]]]);
  });

  it('is in the order of time, whatever the ids say', () => {
    const made = new MadeUpRows();
    const go = made.event('go');
    made.event('second', { cause: go.id, at: made.at + 2 });
    made.event('first', { cause: go.id, at: made.at + 1 });
    expect(treeFor(made)).toEqual([['go', ['first', 'second']]]);
  });

  it('survives a row that names itself as its cause', () => {
    const made = new MadeUpRows();
    made.event('go', { cause: 1, root: 1 });
    expect(treeFor(made)).toEqual(['go']);
  });
});

describe('the mood of a chain', () => {
  const moodFor = (made: MadeUpRows): string => moodOf(treeOf(chainsWith(made).takeAll()[0]!));

  it('is a story when a listener did something with a value, and values when it did not', () => {
    const heard = new MadeUpRows();
    const value = heard.state('sensor.a', '1');
    heard.point('listener', { cause: value.id });
    expect(moodFor(heard)).toBe('values');

    const acted = new MadeUpRows();
    const cause = acted.state('sensor.a', '1');
    const listener = acted.point('listener', { cause: cause.id });
    acted.state('light.b', 'on', { cause: listener.id });
    expect(moodFor(acted)).toBe('story');
  });

  it.each(['event', 'service', 'automation', 'error', 'diagnostic'] as const)(
    'is a story for one %s',
    (kind) => {
      const made = new MadeUpRows();
      made.point(kind);
      expect(moodFor(made)).toBe('story');
    },
  );

  it('is a story when something failed in it, and not for a failure alone', () => {
    const alone = new MadeUpRows();
    alone.end(alone.start('task', 'work'), { status: 'failed' });
    expect(moodFor(alone)).toBe('nothing');

    const led = new MadeUpRows();
    const value = led.state('sensor.a', '1');
    led.end(led.start('task', 'work', { cause: value.id }), { status: 'failed' });
    expect(moodFor(led)).toBe('story');
  });

  it('is values when an automation was only kept from acting', () => {
    const made = new MadeUpRows();
    const value = made.state('sensor.a', '1');
    const listener = made.point('listener', { cause: value.id });
    made.point('blocked', { cause: listener.id });
    expect(moodFor(made)).toBe('values');
  });

  it('is nothing for work and stages', () => {
    const work = new MadeUpRows();
    work.start('task', 'poll');
    expect(moodFor(work)).toBe('nothing');
    const stage = new MadeUpRows();
    stage.point('stage', { name: 'running' });
    expect(moodFor(stage)).toBe('nothing');
  });
});
