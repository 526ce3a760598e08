import { describe, expect, it } from '@jest/globals';
import { Chains } from '../../src/cli/chains.js';
import { moodOf, treeOf } from '../../src/cli/chain-tree.js';
import { MadeUpFeed } from './feed.js';

const LIMITS = { quietMs: 150, longestMs: 2_000 };

/** What the chains hold, by the names of their steps. */
function chainsOf(feed: MadeUpFeed, now = Infinity): string[] {
  const chains = new Chains(LIMITS);
  for (const activity of feed.activities) chains.add(activity);
  return chains.take(now).map(({ steps }) => steps.map(({ name }) => name).join(' '));
}

describe('Chains', () => {
  it('holds together what descends by activity, although a listener is told of last', () => {
    const feed = new MadeUpFeed();
    const { id, context } = feed.event('folder_watcher');
    const listener = feed.nextId();
    const task = feed.start('task', 'hash', { parent: listener, context });
    feed.listener(listener, 'file_hasher', { parent: id, context });
    const job = feed.start('job', 'sha256', { parent: task.id, context });
    feed.end(job, { worker: 1 });
    feed.state('sensor.a', '1', { parent: task.id, cause: context });
    feed.end(task);
    expect(chainsOf(feed)).toEqual(['folder_watcher hash  sha256 state_changed']);
  });

  it('holds together by the context what has no known parent', () => {
    const feed = new MadeUpFeed();
    const { context } = feed.event('doorbell');
    feed.state('light.hall', 'on', { cause: context });
    feed.event('other');
    expect(chainsOf(feed)).toEqual(['doorbell state_changed', 'other']);
  });

  it('begins a chain with every event that nothing led to, also inside a task', () => {
    const feed = new MadeUpFeed();
    const task = feed.start('task', 'look');
    feed.event('file', {}, { parent: task.id });
    feed.event('file', {}, { parent: task.id });
    feed.state('sensor.count', '2', { parent: task.id });
    feed.end(task);
    expect(chainsOf(feed)).toEqual(['look state_changed', 'file', 'file']);
  });

  it('is not held together by a background task, which runs for ever', () => {
    const feed = new MadeUpFeed();
    const task = feed.start('task', 'poll', { of: 'background' });
    feed.state('sensor.a', '1', { parent: task.id });
    feed.state('sensor.b', '1', { parent: task.id });
    expect(chainsOf(feed)).toEqual(['state_changed', 'state_changed']);
  });

  it('tells of a chain when nothing runs in it and it has been quiet', () => {
    const feed = new MadeUpFeed();
    const chains = new Chains(LIMITS);
    const task = feed.start('task', 'work');
    chains.add(task);
    expect(chains.take(feed.at + 500)).toEqual([]);
    feed.at += 600;
    feed.end(task);
    chains.add(feed.activities.at(-1)!);
    expect(chains.take(feed.at + 149)).toEqual([]);
    expect(chains.take(feed.at + 150)).toMatchObject([{ isOpen: false, isContinued: false }]);
    expect([chains.take(Infinity), chains.size]).toEqual([[], 0]);
  });

  it('tells of a long one early, once, and of its end with what still ran', () => {
    const feed = new MadeUpFeed();
    const chains = new Chains(LIMITS);
    const task = feed.start('task', 'long');
    const job = feed.start('job', 'sha256', { parent: task.id });
    for (const activity of [task, job]) chains.add(activity);
    expect(chains.take(feed.at + 2_000)).toMatchObject([{ isOpen: true, isContinued: false }]);
    expect(chains.take(feed.at + 9_000)).toEqual([]);
    feed.at += 9_500;
    feed.end(job, { worker: 2 });
    feed.end(task);
    for (const activity of feed.activities.slice(2)) chains.add(activity);
    const [last] = chains.take(feed.at + 200);
    expect(last).toMatchObject({ isOpen: false, isContinued: true });
    expect(last!.steps.map(({ name, status }) => `${name} ${status}`)).toEqual([
      'long done',
      'sha256 done',
    ]);
    expect(last!.steps[1]).toMatchObject({ worker: 2, endedAt: feed.at });
  });

  it('counts what is beyond the limit of steps, and lets the oldest of too many chains go', () => {
    const feed = new MadeUpFeed();
    const { context } = feed.event('storm');
    for (let i = 0; i < 100; i++) feed.state(`sensor.n${i}`, '1', { cause: context });
    for (let i = 0; i < 10; i++) feed.event(`single_${i}`);
    const chains = new Chains({ ...LIMITS, maxSteps: 5, maxChains: 4 });
    for (const activity of feed.activities) chains.add(activity);
    expect(chains.size).toBe(4);
    const told = chains.take(Infinity);
    expect(told.find(({ hidden }) => hidden > 0)).toBeUndefined(); // the oldest four went
    expect(told).toHaveLength(8);
  });

  it('keeps no more than its limits in a storm of one chain', () => {
    const feed = new MadeUpFeed();
    const { context } = feed.event('storm');
    const chains = new Chains({ ...LIMITS, maxSteps: 5 });
    for (let i = 0; i < 3_124; i++) feed.state('sensor.n', String(i), { cause: context });
    for (const activity of feed.activities) chains.add(activity);
    const [told] = chains.take(Infinity);
    expect([told!.steps.length, told!.hidden]).toEqual([5, 3_120]);
  });
});

describe('the mood of a chain', () => {
  const moodFor = (feed: MadeUpFeed): string => {
    const chains = new Chains(LIMITS);
    for (const activity of feed.activities) chains.add(activity);
    return moodOf(treeOf(chains.take(Infinity)[0]!));
  };

  it('is a story when a listener did something with a value, and values when it did not', () => {
    const heard = new MadeUpFeed();
    const { id, context } = heard.state('sensor.a', '1');
    heard.listener(heard.nextId(), 'logbook', { parent: id, context });
    expect(moodFor(heard)).toBe('values');

    const acted = new MadeUpFeed();
    const cause = acted.state('sensor.a', '1');
    const listener = acted.nextId();
    acted.state('light.b', 'on', { parent: listener, cause: cause.context });
    acted.listener(listener, 'automation', { parent: cause.id, context: cause.context });
    expect(moodFor(acted)).toBe('story');
  });

  it('is nothing for the events of the hub itself', () => {
    const feed = new MadeUpFeed();
    feed.event('homeassistant_started');
    expect(moodFor(feed)).toBe('nothing');
  });
});
