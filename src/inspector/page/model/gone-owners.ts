import type { Slow } from '../../wire.js';

/** Owners that are gone: their entry is not loaded any more, or was there, is in `seen`, and is not. */
export function goneOwners(slow: Slow | null, seen: Set<string>): ReadonlySet<string> {
  if (slow === null) return new Set();
  const there = new Set<string>();
  for (const { title, domain, state } of slow.entries) {
    for (const name of [title, domain, `${domain} "${title}"`]) {
      seen.add(name);
      if (state !== 'not_loaded' && state !== 'failed_unload') there.add(name);
    }
  }
  const closed = slow.held.filter((one) => one.closed).map(({ owner }) => owner);
  return new Set([...closed, ...[...seen].filter((name) => !there.has(name))]);
}
