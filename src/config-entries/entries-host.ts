import type { Report } from '../errors/report.js';
import type { Hub } from '../hub-api/hub.js';
import type { Late } from '../ownership/late.js';
import type { NewEntities } from './forward-setups.js';

/** What the entries of a hub need of it. */
export interface EntriesHost {
  /** The root hub: what it owns lives as long as the home. */
  readonly hub: Hub;
  readonly report: Report;
  readonly warn: (message: string, fields?: Readonly<Record<string, unknown>>) => void;
  readonly newEntities: NewEntities;
  readonly onLate: (late: readonly Late[]) => void;
  /** How long a set-up may take, in milliseconds. */
  readonly setupTimeoutMs: number;
  /** How long `unloadEntry` may take, in milliseconds. */
  readonly graceMs: number;
  /** Whether entries are kept in the configuration folder. */
  readonly storesEntries: boolean;
}

/** How long the set-ups of a hub are waited for. */
export function setUpLimits({ hub, setupTimeoutMs }: EntriesHost): {
  readonly ms: number;
  readonly signal: AbortSignal;
} {
  return { ms: setupTimeoutMs, signal: hub.scope.signal };
}

/** The same for the steps of an entry. */
export interface StepsHost extends EntriesHost {
  /** Whether the hub stops: nothing new is begun any more. */
  readonly isStopping: () => boolean;
}

/** Why an entry is not loaded any more after the hub has stopped. */
export const STOPPED = 'The hub has stopped.';
