import type { Gap } from '../../wire.js';
import type { Connection } from '../app.js';
import { counted } from '../format.js';

/** What is the matter with the connection and what will be; `null` if nothing is. */
export function connectionWords(connection: Connection, hasMet: boolean): string | null {
  if (connection === 'lost' && !hasMet) return 'The hub does not answer. Trying again.';
  return WORDS[connection] ?? null;
}

const WORDS: Partial<Readonly<Record<Connection, string>>> = {
  lost: 'Connection lost: what you see is what was. Trying again.',
  ended: 'The hub has stopped: what you see is what was. Waiting for it to start.',
  old: 'The hub speaks another version than this page.',
  full: 'Four pages of this hub are open in this browser already. Close one, and this one goes on.',
  resting: 'Hidden for long: not connected.',
};

/** So long after its end is told of a gap: milliseconds. */
const TOLD_MS = 10_000;

/** What was not shown lately, and why; `null` if all was. `now` is the clock of the hub. */
export function gapWords(gap: Gap | undefined, now: number): string | null {
  return gap === undefined || now - gap.to > TOLD_MS ? null : gapText(gap);
}

export function gapText({ because, events }: Gap): string {
  const many = events === null ? 'not counted' : `${counted(events, 'event')}, counted only`;
  if (because === 'flood') return `too fast to be looked at: ${many}`;
  if (because === 'slow-page') return `this page was too slow: ${many}`;
  return 'not kept so long';
}
