import type { Row } from '../../wire.js';
import { type Chain, chainOf } from './chain.js';
import type { RowStore, RowWatcher } from './row-store.js';

/** Chains of the same shape, told once. */
export interface ChainFold {
  /** The newest one's first cause. */
  readonly root: Row;
  /** What it is called. */
  readonly title: string;
  /** The rows of the newest one, in the order of the tree; at most 16. */
  readonly rows: readonly Row[];
  /** What the newest one led to. */
  readonly effects: number;
  /** How many of the same shape there are. */
  readonly times: number;
  /** How long they took, the middle one of them; milliseconds. */
  readonly medianMs: number;
}

interface Told {
  readonly chain: Chain;
  readonly rows: readonly Row[];
  /** Two chains with the same one differ in values only. */
  readonly shape: string;
}

const MOST_GLYPHS = 16;
/** Chains that are looked into, the newest. */
const KEPT = 500;

// The hub's own, and what says nothing new.
const HOUSEKEEPING = /^(homeassistant_\w+|core_config_updated|component_loaded|state_reported)$/;
const ON_THE_BUS = /^(event|state|service|automation|blocked|error)$/;

/**
 * "What caused what": the newest chains first, those of the same shape folded into one. Left out is
 * what nobody asks about: housekeeping, what led to nothing, measurements that are only written down.
 * A chain is looked into again only if something has come to it.
 */
export class Chains implements RowWatcher {
  readonly #store: RowStore;
  /** By the number of the first cause. `undefined`: not looked into; `null`: no story. */
  readonly #told = new Map<number, Told | null | undefined>();

  constructor(store: RowStore) {
    this.#store = store;
    store.watch(this);
  }

  added(row: Row): void {
    const { root } = row;
    const leads = row.id !== root || row.human || this.#store.effectsOf(root).length > 0;
    if (!leads) return;
    this.#told.set(root, undefined);
    if (this.#told.size <= KEPT * 2) return;
    for (const id of this.#newestFirst().slice(KEPT)) this.#told.delete(id);
  }

  changed({ root }: Row): void {
    if (this.#told.has(root)) this.#told.set(root, undefined);
  }

  dropped(row: Row): void {
    this.#told.delete(row.id);
  }

  cleared(): void {
    this.#told.clear();
  }

  newest(limit = 20): readonly ChainFold[] {
    const folds = new Map<string, Told[]>();
    for (const id of this.#newestFirst().slice(0, KEPT)) {
      const told = this.#look(id);
      if (told === null) continue;
      const fold = folds.get(told.shape);
      if (fold !== undefined) fold.push(told);
      else if (folds.size < limit) folds.set(told.shape, [told]);
    }
    return [...folds.values()].map(foldOf);
  }

  #look(id: number): Told | null {
    const known = this.#told.get(id);
    if (known !== undefined) return known;
    const chain = chainOf(this.#store, id);
    const rows = chain?.rows.map(({ row }) => row) ?? [];
    const told = chain && isStory(rows) ? { chain, rows, shape: shapeOf(rows) } : null;
    this.#told.set(id, told);
    return told;
  }

  /** The first causes. */
  #newestFirst(): number[] {
    const timeOf = (id: number): number => this.#store.get(id)?.at ?? 0;
    return [...this.#told.keys()].sort((a, b) => timeOf(b) - timeOf(a));
  }
}

function foldOf(told: readonly Told[]): ChainFold {
  const { chain, rows } = told[0] as Told;
  const lasted = told.map((one) => one.chain.lastsMs).sort((a, b) => a - b);
  // A timer is told by what it led to.
  const { text, name } = rows.find(({ kind }) => ON_THE_BUS.test(kind)) ?? chain.root;
  return {
    root: chain.root,
    title: text || name,
    rows: rows.slice(0, MOST_GLYPHS),
    effects: rows.length - 1 + chain.more,
    times: told.length,
    medianMs: lasted[told.length >> 1] ?? 0,
  };
}

function isStory(rows: readonly Row[]): boolean {
  const [root] = rows;
  if (root === undefined || root.cause !== 0 || /^(diagnostic|stage)$/.test(root.kind))
    return false;
  if (HOUSEKEEPING.test(root.name)) return false;
  return rows.some((row) => row.human || (rows.length > 1 && isTelling(row)));
}

/** More than somebody measuring something now and then. */
function isTelling({ kind, status, name, number }: Row): boolean {
  if (status === 'failed') return true;
  if (kind === 'state') return number === null;
  if (kind === 'event') return !HOUSEKEEPING.test(name);
  return ON_THE_BUS.test(kind) || kind === 'listener' || kind === 'job';
}

function shapeOf(rows: readonly Row[]): string {
  return rows
    .map(({ kind, name, entity, status }, index) =>
      [kind, index === 0 ? name : '', kind === 'state' ? entity : '', status === 'failed'].join(),
    )
    .join('|');
}
