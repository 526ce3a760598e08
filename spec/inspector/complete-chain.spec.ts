import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Entity, EntityPlatform, Hub } from 'rxhome';
import {
  activityRows,
  type PackedRow,
  type PackedUpdate,
  packRow,
  packUpdate,
} from 'rxhome/inspector';
import { createTestHub } from 'rxhome/testing';
import { chainOf } from '../../src/inspector/page/model/chain.js';
import { RowStore } from '../../src/inspector/page/model/row-store.js';
import type { Row } from '../../src/inspector/wire.js';
import { withStatus } from './known-causes.js';
import { programs } from './random-program.js';
import { RunProgram, type Writable } from './run-program.js';

const SEED = 20_261_121;

class Probe extends Entity implements Writable {
  override readonly name = 'Probe';
  override state = '0';
  #value = 0;
  write(add: (value: number) => void): void {
    this.state = String(++this.#value);
    add(this.#value);
    this.writeState();
  }
}

async function probeOf(hub: Hub): Promise<Probe> {
  const probe = new Probe();
  await new EntityPlatform(hub, { domain: 'sensor' }).addEntities([probe]);
  return probe;
}

/** A page: what goes over the wire, and comes in any order. */
class Page {
  readonly #sent: (PackedRow | PackedUpdate)[][] = [];
  readonly subscription;
  gaps = 0;

  constructor(hub: Hub) {
    this.subscription = activityRows(hub).subscribe(({ rows, updates, gaps }) => {
      this.gaps += gaps.length;
      const batch = [...rows.map(packRow), ...updates.map(packUpdate)];
      this.#sent.push(JSON.parse(JSON.stringify(batch)) as typeof batch);
    });
  }

  /** @param order numbers from 0 up to 1 by which the rows are shuffled */
  store(order: () => number): RowStore {
    const packed = this.#sent.flat();
    const rows = packed.filter(([first]) => first !== 'u');
    for (let at = rows.length - 1; at > 0; at--) {
      const other = Math.floor(order() * (at + 1));
      [rows[at], rows[other]] = [rows[other]!, rows[at]!];
    }
    const store = new RowStore();
    while (rows.length > 0) store.take(rows.splice(0, 1 + Math.floor(order() * 8)));
    store.take(packed.filter(([first]) => first === 'u'));
    return store;
  }
}

function labelOf({ kind, name, entity, number }: Row): string {
  if (kind !== 'state') return `${kind} ${name}`;
  return number === null ? `state ${entity}` : `state ${entity} ${number}`;
}

/** What is no business of a program. */
function isOfHub({ kind, name }: Row): boolean {
  return kind === 'stage' || kind === 'diagnostic' || name.startsWith('homeassistant_');
}

/** All chains of a page, as the way to each row. */
function shownBy(store: RowStore) {
  const ways = new Set<string>();
  const labels = new Set<string>();
  const all: string[] = [];
  const seen = new Set<number>();
  for (const { id } of store.all()) {
    const chain = chainOf(store, id)!;
    if (!chain.rows.some(({ row }) => row.id === id)) throw new Error(`no row ${id} in its chain`);
    if (chain.isCut || chain.more > 0) throw new Error('a chain is cut');
    if (seen.has(chain.root.id)) continue;
    seen.add(chain.root.id);
    const path: string[] = [];
    for (const { row, depth } of chain.rows) {
      if (row.root !== chain.root.id) throw new Error(`${row.text}: another root`);
      path.length = depth;
      path.push(labelOf(row));
      if (isOfHub(row)) continue;
      const way = path.join(' > ');
      labels.add(labelOf(row));
      ways.add(way);
      all.push(withStatus(way, row.status));
    }
  }
  return { ways, labels, all };
}

function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('the chain on the page', () => {
  it('is what happened, in 950 random programs', async () => {
    let most = 0;
    const property = fc.asyncProperty(programs, fc.integer(), async (acts, seed) => {
      const hub = createTestHub({ leaks: 'ignore' });
      try {
        const probe = await probeOf(hub);
        const page = new Page(hub);
        const program = new RunProgram(hub, '', probe);
        const begun = program.begin(acts);
        await hub.advance('1h');
        await begun;
        await hub.advance('1m');
        for (const end of program.ends) end();
        await hub.advance('1m');
        const shown = shownBy(page.store(randomOf(seed)));
        most = Math.max(most, shown.all.length);
        expect(shown.all.sort()).toEqual(program.known.ways(shown, true).sort());
      } finally {
        await hub.stop();
      }
    });
    await fc.assert(property, { numRuns: 950, seed: SEED });
    expect(most).toBeGreaterThan(200);
  }, 300_000);

  it('is what happened, in 50 programs with real threads, in real time, ten at once', async () => {
    await using hub = createTestHub({
      time: 'real',
      executor: { maxThreads: 2 },
      leaks: 'ignore',
    });
    const probe = await probeOf(hub);
    const page = new Page(hub);
    const all = fc.sample(programs, { numRuns: 50, seed: SEED });
    const ran: RunProgram[] = [];
    for (let first = 0; first < all.length; first += 10) {
      const begun = all.slice(first, first + 10).map((acts, index) => {
        const program = new RunProgram(hub, `p${first + index}_`, probe);
        ran.push(program);
        return program.begin(acts);
      });
      await Promise.all(begun);
      await quiet(hub, ran);
    }
    for (const { ends } of ran) for (const end of ends) end();
    await quiet(hub, ran, LIMIT_MS);
    expect(page.gaps).toBe(0);
    const shown = shownBy(page.store(randomOf(SEED)));
    expect(shown.all.filter((way) => way.includes('job callBack')).length).toBeGreaterThan(20);
    const expected = ran.flatMap(({ known }) => known.ways(shown, false));
    expect(shown.all.sort()).toEqual(expected.sort());
  }, 120_000);
});

/** Longer than any timer of a program takes, but for a limit of time. */
const TIMER_MS = 300;
const LIMIT_MS = 1_500;

/**
 * Waits until the programs have done nothing new for so long. Twice: behind a moment in which the
 * process stood still this timer may come before one of theirs that was due earlier.
 */
async function quiet(hub: Hub, ran: readonly RunProgram[], ms = TIMER_MS): Promise<void> {
  const done = (): number => ran.reduce((sum, { known }) => sum + known.size, 0);
  for (let looks = 0; looks < 2;) {
    const before = done();
    await new Promise((resolve) => setTimeout(resolve, ms));
    await hub.blockTillDone({ includeBackground: true });
    looks = before === done() ? looks + 1 : 0;
  }
}
