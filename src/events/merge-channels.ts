import type { Channel } from './channel.js';
import type { ListenerNode } from './listener-node.js';

/** The nodes of several channels, in the order in which they were registered. */
export function mergeChannels(channels: readonly Channel<ListenerNode>[]): ListenerNode[] {
  const merged: ListenerNode[] = [];
  const positions = channels.map(() => 0);
  for (;;) {
    let next: ListenerNode | undefined;
    let from = 0;
    for (let i = 0; i < channels.length; i++) {
      const { nodes } = channels[i] as Channel<ListenerNode>;
      let at = positions[i] as number;
      while (nodes[at] === null) at++;
      positions[i] = at;
      const node = nodes[at];
      if (node && (next === undefined || node.since < next.since)) {
        next = node;
        from = i;
      }
    }
    if (next === undefined) return merged;
    merged.push(next);
    (positions[from] as number)++;
  }
}
