import type { Channel } from './channel.js';
import type { ListenerNode } from './listener-node.js';

/** Nodes in the order of their registration, with holes where some were removed. */
type Nodes = readonly (ListenerNode | null)[];

/**
 * The nodes of several channels, in the order in which they were registered. Two by two: for the
 * channels of all entities, when a hub stops, looking at each of them for each node is quadratic.
 */
export function mergeChannels(channels: readonly Channel<ListenerNode>[]): ListenerNode[] {
  return merge(
    channels.map(({ nodes }) => nodes),
    0,
    channels.length,
  );
}

function merge(lists: readonly Nodes[], from: number, to: number): ListenerNode[] {
  if (to - from <= 2)
    return mergeTwo(lists[from] ?? [], from + 1 < to ? (lists[from + 1] ?? []) : []);
  const middle = (from + to) >> 1;
  return mergeTwo(merge(lists, from, middle), merge(lists, middle, to));
}

function mergeTwo(some: Nodes, others: Nodes): ListenerNode[] {
  const merged: ListenerNode[] = [];
  let i = 0;
  let j = 0;
  for (;;) {
    while (some[i] === null) i++;
    while (others[j] === null) j++;
    const one = some[i];
    const other = others[j];
    if (one && (!other || one.since < other.since)) {
      merged.push(one);
      i++;
    } else if (other) {
      merged.push(other);
      j++;
    } else return merged;
  }
}
