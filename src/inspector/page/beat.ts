import { signal } from './signals.js';
import type { App } from './app.js';

const EVERY_MS = 500;

/** Goes on twice a second, as long as the page can be seen: nobody reads faster. */
export const beat = signal(0);

export function startBeat(): void {
  setInterval(() => {
    if (!document.hidden) beat.value += 1;
  }, EVERY_MS);
}

/** Who asks which beat it is is drawn anew at each of them. */
export function everyBeat(): number {
  return beat.value;
}

/** The same, but under a held view nothing moves that is being read. */
export function isMoving({ heldAt }: App): boolean {
  const isLive = heldAt.value === null;
  if (isLive) everyBeat();
  return isLive;
}
