import type { Row } from '../wire.js';
import type { App } from './app.js';
import { chainOf } from './model/chain.js';
import type { RowStore } from './model/row-store.js';
import { plainSentenceOf } from './model/sentence.js';

/** Not more often than this is something said, and a chain is told when it has been quiet for so long. */
const EVERY_MS = 6_000;
const SETTLES_MS = 700;

/** Of what came in the meantime so much is said. */
const AT_ONCE = 3;

/**
 * Tells in words what the stage shows, for who does not see it: what a human did or what went wrong,
 * with what it led to. Everything else would be a babble.
 */
export function announce({ store, hello }: App, place: Element): void {
  let untold: readonly Row[] = [];
  let at = 0;
  let spoken = 0;
  store.watch({
    added: (row) => {
      const tells = (row.human && row.cause === 0) || row.kind === 'error';
      if (!tells || row.at < (hello.peek()?.at ?? Infinity) - SETTLES_MS) return;
      untold = [...untold, row].slice(-AT_ONCE);
      at = Date.now();
    },
    cleared: () => (untold = []),
  });
  setInterval(() => {
    const now = Date.now();
    const isSoon = now < at + SETTLES_MS || now < spoken + EVERY_MS;
    if (untold.length === 0 || document.hidden || isSoon) return;
    place.textContent = untold.map((row) => wordsOf(store, row)).join(' ');
    untold = [];
    spoken = now;
  }, 500);
}

function wordsOf(store: RowStore, { id, text }: Row): string {
  const chain = chainOf(store, id);
  return chain === null ? '' : `${text}. ${plainSentenceOf(chain, id)}`;
}
