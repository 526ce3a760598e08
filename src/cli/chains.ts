import type { Row } from 'rxhome/inspector';

/** What one cause led to, as far as it is known when it is told. */
export interface Chain {
  readonly rows: readonly Row[];
  /** How many rows more there were than are kept. */
  readonly hidden: number;
  /** Something in it still runs: more will be told. */
  readonly isOpen: boolean;
  /** The beginning of it was told before. */
  readonly isContinued: boolean;
}

/** When a chain is told, and how much is kept. */
export interface ChainLimits {
  /** Milliseconds without anything new, after which a chain in which nothing runs has ended. */
  readonly quietMs: number;
  /** Milliseconds after which a chain is told, ended or not. */
  readonly longestMs: number;
  readonly maxChains: number;
  /** Rows kept per chain; what is beyond is counted. */
  readonly maxRows: number;
}

const DEFAULTS: ChainLimits = { quietMs: 150, longestMs: 2_000, maxChains: 500, maxRows: 40 };
/** Rows per chain of which the descendants are recognised. */
const MAX_MEMBERS = 10_000;
/** What is no story by itself, however long it lasts: a poll is no part of what it has found. */
const WORK: readonly Row['kind'][] = ['task', 'job', 'timer', 'timeout'];

interface OpenChain {
  rows: Row[];
  hidden: number;
  isContinued: boolean;
  /** Whether there is something that was not told yet. */
  hasNews: boolean;
  since: number;
  lastAt: number;
  /** It began with work that nothing on the bus led to, and holds nothing together. */
  readonly isWork: boolean;
  readonly running: Set<number>;
  readonly members: Set<number>;
}

/**
 * Groups the rows of a hub by what led to them. A chain begins with what nothing led to and holds
 * all that descends from it.
 *
 * What work did that nothing led to begins a chain of its own: three files found by one look at a
 * folder are three stories. Has no timers: everything is told the time.
 */
export class Chains {
  readonly #limits: ChainLimits;
  readonly #open = new Set<OpenChain>();
  readonly #byRow = new Map<number, OpenChain>();
  #overflow: Chain[] = [];

  constructor(limits: Partial<ChainLimits> = {}) {
    this.#limits = { ...DEFAULTS, ...limits };
  }

  /** How many chains are being followed. */
  get size(): number {
    return this.#open.size;
  }

  /** Takes a row, or the same one again when it has gone on. */
  add(row: Row, now: number): void {
    const own = this.#byRow.get(row.id);
    if (own) this.#update(own, row, now);
    else this.#begin(row, now);
  }

  /** The chains that are to be told at `now`, each one once; one that is still open again later. */
  take(now: number): Chain[] {
    const due = this.#overflow;
    this.#overflow = [];
    const { quietMs, longestMs } = this.#limits;
    for (const chain of this.#open) {
      if (chain.running.size === 0 && now - chain.lastAt >= quietMs) due.push(this.#close(chain));
      else if (chain.hasNews && now - chain.since >= longestMs) due.push(this.#pause(chain, now));
    }
    return due.filter(({ rows }) => rows.length > 0);
  }

  /** All that is left, at the end. */
  takeAll(): Chain[] {
    return this.take(Infinity);
  }

  #begin(row: Row, now: number): void {
    const cause = this.#byRow.get(row.cause) ?? this.#byRow.get(row.root);
    const chain = cause && !cause.isWork ? cause : this.#openWith(row, now);
    chain.lastAt = now;
    chain.hasNews = true;
    if (chain.rows.length < this.#limits.maxRows) chain.rows.push(row);
    else chain.hidden++;
    if (chain.members.size >= MAX_MEMBERS) return;
    chain.members.add(row.id);
    this.#byRow.set(row.id, chain);
    if (row.status === 'running') chain.running.add(row.id);
  }

  #update(chain: OpenChain, row: Row, now: number): void {
    if (row.status !== 'running') chain.running.delete(row.id);
    chain.lastAt = now;
    chain.hasNews = true;
    const place = chain.rows.findIndex(({ id }) => id === row.id);
    if (place >= 0) chain.rows[place] = row;
  }

  #openWith(row: Row, now: number): OpenChain {
    if (this.#open.size >= this.#limits.maxChains) {
      const [oldest] = this.#open;
      if (oldest) this.#overflow.push(this.#close(oldest));
      if (this.#overflow.length > this.#limits.maxChains) this.#overflow.shift();
    }
    const chain: OpenChain = {
      rows: [],
      hidden: 0,
      isContinued: false,
      hasNews: true,
      since: now,
      lastAt: now,
      isWork: WORK.includes(row.kind),
      running: new Set(),
      members: new Set(),
    };
    this.#open.add(chain);
    return chain;
  }

  #close(chain: OpenChain): Chain {
    this.#open.delete(chain);
    for (const id of chain.members) this.#byRow.delete(id);
    return this.#told(chain, chain.running.size > 0);
  }

  /** Told as it stands; what still runs is kept, so that its end can be told. */
  #pause(chain: OpenChain, now: number): Chain {
    // Where nothing runs there may come more, but nothing that would end a line told as open.
    const told = this.#told(chain, chain.running.size > 0);
    chain.rows = chain.rows.filter(({ status }) => status === 'running');
    chain.hidden = 0;
    chain.isContinued = true;
    chain.hasNews = false;
    chain.since = now;
    return told;
  }

  #told({ rows, hidden, isContinued }: OpenChain, isOpen: boolean): Chain {
    return { rows: rows.map((row) => ({ ...row })), hidden, isContinued, isOpen };
  }
}
