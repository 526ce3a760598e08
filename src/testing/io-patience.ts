import type { Hub } from '../hub-api/hub.js';
import { ioOf } from '../ownership/outside-io.js';
import { Patience } from './patience.js';

/** Real milliseconds for which virtual time waits for a server that sends nothing. */
const PATIENCE_MS = 500;

/**
 * Whether virtual time has to stand still because of real files and sockets.
 *
 * Files come to an end by themselves. A server may never answer, and the limit for that is counted
 * in virtual time: after half a real second in which nothing came, time goes on.
 */
export function ioHoldsTime(hub: Hub): () => boolean {
  const io = ioOf(hub.scope);
  const patience = new Patience(PATIENCE_MS);
  let seen = -1;
  return () => {
    const { storage, http } = io.underWay;
    if (storage > 0) return true;
    if (http === 0) return false;
    if (io.moves !== seen) patience.renew();
    seen = io.moves;
    return !patience.isOver();
  };
}
