import { describe, expect, it } from '@jest/globals';
import { Channel, type Slot } from '../../src/events/channel.js';

// How much is looked at when listeners go: what grows faster than they do shows in the counts. 100,000
// would show the same, and a mistake would take minutes to show.

function slot(): Slot {
  return { index: 0, mayAwait: false, needsCare: false };
}

/** A channel with so many, and how often a place in its list is read or written from now on. */
function filled(count: number): { channel: Channel<Slot>; slots: Slot[]; touched: () => number } {
  const channel = new Channel<Slot>();
  const slots = Array.from({ length: count }, slot);
  for (const one of slots) channel.add(one);
  let touched = 0;
  const note = (key: string | symbol): void => {
    if (typeof key === 'string' && /^\d+$/.test(key)) touched++;
  };
  const watch = (nodes: (Slot | null)[]): (Slot | null)[] =>
    new Proxy(nodes, {
      get: (list, key) => {
        note(key);
        return Reflect.get(list, key) as unknown;
      },
      set: (list, key, value) => {
        note(key);
        return Reflect.set(list, key, value);
      },
    });
  let nodes = watch(channel.nodes);
  Object.defineProperty(channel, 'nodes', {
    get: () => nodes,
    set: (next: (Slot | null)[]) => (nodes = watch([...next])),
  });
  return { channel, slots, touched: () => touched };
}

/** Places looked at for each that goes. */
function lookedAt(count: number, order: (slots: Slot[]) => Slot[]): number {
  const { channel, slots, touched } = filled(count);
  for (const one of order([...slots])) channel.remove(one);
  expect(channel.size).toBe(0);
  return touched() / count;
}

/** Always the same disorder. */
function shuffled(slots: Slot[]): Slot[] {
  return slots
    .map((one, i) => ({ one, at: (i * 7919) % slots.length }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one);
}

describe('listeners that go', () => {
  it.each([
    ['the oldest first', (slots: Slot[]) => slots],
    ['the newest first', (slots: Slot[]) => slots.reverse()],
    ['in disorder', shuffled],
  ])('look at some places each, however many there are: %s', (_, order) => {
    expect(lookedAt(200, order)).toBeLessThan(8);
    expect(lookedAt(2_000, order)).toBeLessThan(8);
  });

  it('leave at most as many holes as there are others, and some', () => {
    const { channel, slots } = filled(1_000);
    const standing = slots[500];
    for (const one of slots) {
      if (one === standing) continue;
      channel.remove(one);
      expect(channel.nodes.length).toBeLessThanOrEqual(2 * channel.size + 16);
    }
    expect(channel.nodes.filter((one) => one !== null)).toEqual([standing]);
  });

  it('make room for others: coming and going among 1,000 looks at some places each', () => {
    const { channel, touched } = filled(1_000);
    const before = touched();
    for (let i = 0; i < 5_000; i++) {
      const one = slot();
      channel.add(one);
      channel.remove(one);
    }
    expect((touched() - before) / 5_000).toBeLessThan(8);
    expect(channel.nodes.length).toBeLessThanOrEqual(2 * channel.size + 16);
  });
});
