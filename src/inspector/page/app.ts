import type { ReadonlySignal, Signal } from './signals.js';
import type { Button, EntityRow, Gap, Hello, Slow, Stat } from '../wire.js';
import type { Chain } from './model/chain.js';
import type { RowStore } from './model/row-store.js';

/** Which table the side panel shows instead of the chains. */
export type Tab = 'events' | 'delay' | 'use' | 'executor' | 'listeners' | 'errors';

/**
 * How the page stands to the hub. `old`: the hub speaks another protocol than this page. `full`: other
 * tabs of this browser hold the connections that it allows. `resting`: hidden for long, so not connected.
 */
export type Connection = 'connecting' | 'live' | 'lost' | 'ended' | 'old' | 'full' | 'resting';

/** Milliseconds that the window may show. */
export const SPANS = [5_000, 30_000, 120_000, 300_000] as const;
export const DEFAULT_SPAN = 30_000;

/** What the parts of the page share. The stage draws it, the side tells it, the keys change it. */
export interface App {
  readonly store: RowStore;
  readonly hello: Signal<Hello | null>;
  readonly stat: Signal<Stat | null>;
  /** The last five minutes of `stat`, oldest first. */
  readonly stats: Signal<readonly Stat[]>;
  readonly slow: Signal<Slow | null>;
  readonly connection: Signal<Connection>;
  /** What the hub offers to press, in its order. */
  readonly buttons: Signal<readonly Button[]>;
  /** What is now, by entity id. Removed ones are not in it. */
  readonly entities: Signal<ReadonlyMap<string, EntityRow>>;
  /** What was counted only, oldest first. */
  readonly gaps: Signal<readonly Gap[]>;
  /** Owners that are gone: nobody waits for what they still run. */
  readonly gone: ReadonlySignal<ReadonlySet<string>>;

  /** The milliseconds that the stage shows; any value between 5 (zoomed in) and 300,000. */
  readonly spanMs: Signal<number>;
  /** The right edge of a held view in epoch milliseconds of the hub; `null`: live. */
  readonly heldAt: Signal<number | null>;
  /** Rows that have come since the view was held. */
  readonly newSinceHeld: ReadonlySignal<number>;

  readonly selected: Signal<number | null>;
  /** The chain of what is selected, as it was at the last beat; `null` also if that is not kept. */
  readonly chain: ReadonlySignal<Chain | null>;
  readonly hovered: Signal<number | null>;
  /** What stands in the filter box: lanes, owners, entities, types, texts. */
  readonly filter: Signal<string>;
  readonly tab: Signal<Tab | null>;
  readonly theme: Signal<'dark' | 'light'>;
  readonly reducedMotion: Signal<boolean>;
  /** Why a link leads nowhere, or what has happened to what was looked at. */
  readonly remark: Signal<string | null>;

  /** The row that the first-visit note points at. */
  readonly pointAt: Signal<number | null>;
  /** Where that row is, in pixels of the stage; `null`: not to be seen. Only the stage writes it. */
  readonly pointPlace: Signal<{ readonly x: number; readonly y: number } | null>;
}
