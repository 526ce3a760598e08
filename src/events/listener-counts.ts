import type { EventDispatcher } from './event-dispatcher.js';

/** How many listen to each type, where there are any. */
export function listenerCounts(dispatcher: EventDispatcher): Record<string, number> {
  const counts = new Map<string, number>(); // a type may be called `constructor`
  for (const [type, { size }] of dispatcher.channels())
    if (size > 0) counts.set(type, (counts.get(type) ?? 0) + size);
  return Object.fromEntries(counts);
}
