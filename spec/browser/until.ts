import { until as soon } from '../integrations/until.js';

/** As long as a browser is waited for otherwise: a machine may have no time for it for seconds. */
const LIMIT_MS = 30_000;

/** Waits until `read` gives something, or fails with what it gave last. */
export function until<T>(what: string, read: () => T | Promise<T>): Promise<NonNullable<T>> {
  return soon(what, read, LIMIT_MS);
}
