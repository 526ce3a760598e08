import type { Gap } from '../../wire.js';
import type { Connection } from '../app.js';
import { counted } from '../format.js';

/** What is the matter with the connection and what will be; `null` if nothing is. */
export function connectionWords(connection: Connection, hasMet: boolean): string | null {
  switch (connection) {
    case 'live':
    case 'connecting':
      return null;
    case 'lost':
      return hasMet
        ? 'Connection lost: what you see is what was. Trying again.'
        : 'The hub does not answer. Trying again.';
    case 'ended':
      return 'The hub has stopped: what you see is what was. Waiting for it to start.';
    case 'old':
      return 'The hub speaks another version than this page.';
    case 'full':
      return 'Four pages of this hub are open in this browser already. Close one, and this one goes on.';
    case 'resting':
      return 'Hidden for long: not connected.';
  }
}

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
