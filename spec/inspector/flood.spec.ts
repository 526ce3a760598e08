import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Hub } from 'rxhome';
import { collectGarbage } from '../garbage.js';
import { pause } from '../integrations/until.js';
import { type ReadFeed, ShownHub, until } from './shown-hub.js';

let shown: ShownHub;
let hub: Hub;

beforeEach(async () => {
  shown = await ShownHub.start();
  hub = shown.hub;
});

afterEach(async () => {
  await shown[Symbol.asyncDispose]();
  expect(shown.errors).toEqual([]);
});

/** Hears each event, and whether they came in their order. */
function counted(type: string): { count: number; isInOrder: boolean } {
  const heard = { count: 0, isInOrder: true };
  hub.bus.listen(type, ({ data }) => {
    if (data['n'] !== heard.count) heard.isInOrder = false;
    heard.count++;
  });
  return heard;
}

/** Events that a page knows of: as a row, or counted in a gap. */
function known(feed: ReadFeed, type: string): number {
  const rows = [...feed.rows.values()].filter(({ name }) => name === type).length;
  return rows + feed.of('gap').reduce((sum, { events }) => sum + (events ?? 0), 0);
}

describe('a flood', () => {
  it('of a million events in one turn is delivered, told as one gap, and counted to the last', async () => {
    const feed = await shown.feed('?page=a');
    await pause(1_200); // what the page's own opening leads to
    const heard = counted('burst');
    collectGarbage();
    const usedBefore = process.memoryUsage().heapUsed;
    const firedBefore = hub.snapshot().events.fired;
    for (let n = 0; n < 1_000_000; n++) hub.bus.fire('burst', { n });
    expect(heard).toEqual({ count: 1_000_000, isInOrder: true });
    expect(hub.snapshot().events.fired - firedBefore).toBe(1_000_000);
    await until(() => feed.of('gap').length > 0);
    expect(feed.of('gap')).toMatchObject([{ because: 'flood' }]);
    expect(known(feed, 'burst')).toBe(1_000_000);
    hub.bus.fire('afterwards');
    await feed.row('afterwards');
    collectGarbage();
    const keptBytes = process.memoryUsage().heapUsed - usedBefore;
    expect(keptBytes).toBeLessThan(40 * 2 ** 20); // some thousand rows, here and on the page
  }, 60_000);

  it('of 200,000 events over seconds is counted to the last by all of 32 pages', async () => {
    const feeds: ReadFeed[] = [];
    for (let n = 0; n < 32; n++) feeds.push(await shown.feed());
    const heard = counted('burst');
    for (let n = 0; n < 200_000; n++) {
      hub.bus.fire('burst', { n });
      if (n % 5_000 === 4_999) await pause(50);
    }
    expect(heard).toEqual({ count: 200_000, isInOrder: true });
    await pause(5_500); // the longest time in which nobody looks
    hub.bus.fire('afterwards');
    for (const feed of feeds) {
      await feed.row('afterwards');
      expect(known(feed, 'burst')).toBe(200_000);
    }
  }, 60_000);

  it('does not reach the hub through pages that do not read', async () => {
    const feeds: ReadFeed[] = [];
    for (let n = 0; n < 31; n++) feeds.push(await shown.feed());
    for (const feed of feeds) feed.pause();
    const reader = await shown.feed();
    const heard = counted('often');
    for (let n = 0; n < 24_000; n++) {
      hub.bus.fire('often', { n });
      if (n % 150 === 149) await pause(20);
    }
    expect(heard).toEqual({ count: 24_000, isInOrder: true });
    hub.bus.fire('afterwards');
    await reader.row('afterwards');
    expect(known(reader, 'often')).toBe(24_000);
  }, 60_000);
});

describe('a payload', () => {
  it('of 50 MB that goes round is delivered as it is, and shown cut', async () => {
    const feed = await shown.feed();
    const heavy: Record<string, unknown> = { text: 'x'.repeat(50_000_000) };
    heavy['self'] = heavy;
    heavy['list'] = Array.from({ length: 1_000 }, () => heavy);
    const heard: unknown[] = [];
    hub.bus.listen('heavy', ({ data }) => heard.push(data));
    hub.bus.fire('heavy', heavy);
    expect(heard).toEqual([heavy]);
    await until(() => [...feed.rows.values()].some(({ name }) => name === 'heavy'));
    const row = [...feed.rows.values()].find(({ name }) => name === 'heavy')!;
    const { status, bytes } = await shown.ask(`/api/rows/${row.id}`);
    expect(status).toBe(200);
    expect(bytes.length).toBeLessThan(2 ** 20);
    const sent = JSON.stringify(feed.messages).length;
    expect(sent).toBeLessThan(2 ** 20);
  }, 60_000);
});
