import { every, now } from '../clock/clock.js';
import { quote } from '../errors/quote.js';
import type { Growing } from '../hub-api/diagnostic.js';
import type { HeldCount, ListenerRegistry } from '../listeners/listener-registry.js';
import type { Scope } from '../ownership/scope.js';
import type { Finding } from './diagnostics.js';

const SAMPLE_MS = 60_000;
/** Samples at which it was more than before, with none at which it was less. */
const RISES = 5;
/** What an ordinary integration may well hold. */
const FLOOR = 20;

/** A count of an owner, sample by sample. */
interface Series {
  /** What it was when it had last fallen, or was first seen, and when that was. */
  from: number;
  since: number;
  count: number;
  rises: number;
  told: number;
}

/** What is counted together: one name, one event type, or all of a kind. */
type Subject = Pick<Growing, 'kind' | 'type' | 'name'>;
type Counted = Subject & { readonly count: number };

/**
 * Looks once a minute for what only grows: listeners that somebody forgets to remove, runs that
 * never end. A count is named when five looks have found it larger and none smaller, it has at
 * least doubled since it last fell, and is 20 or more; then again whenever it has doubled.
 *
 * It is told by name; where names differ, by event type; where these differ too, by kind.
 */
export class Growth {
  readonly #registry: ListenerRegistry;
  readonly #record: (finding: Finding) => void;
  #series = new Map<Scope, Map<string, Series>>();
  #growing = new Map<Scope, readonly Growing[]>();
  #cancel = (): void => undefined;

  constructor(registry: ListenerRegistry, record: (finding: Finding) => void) {
    this.#registry = registry;
    this.#record = record;
  }

  begin(): void {
    this.#cancel = every(SAMPLE_MS, () => this.#sample(), { unref: true });
  }

  end(): void {
    this.#cancel();
    this.#series.clear();
    this.#growing.clear();
  }

  /** What of an owner only grew, up to the last look. */
  of(scope: Scope): readonly Growing[] {
    return this.#growing.get(scope) ?? [];
  }

  /** Series of what is gone are not kept. */
  #sample(): void {
    const before = this.#series;
    this.#series = new Map();
    this.#growing = new Map();
    for (const [scope, held] of this.#registry.held()) {
      const series = new Map<string, Series>();
      this.#series.set(scope, series);
      const growing: Growing[] = [];
      for (const { kind, type, name, count } of withSums(held)) {
        const subject = { kind, type, name };
        const key = JSON.stringify([subject.kind, subject.type, subject.name]);
        const known = next(before.get(scope)?.get(key), count);
        series.set(key, known);
        // A part of it, which says more, comes first.
        if (!isGrowing(known) || growing.some((part) => isPart(part, subject))) continue;
        const { from, since } = known;
        growing.push({ ...subject, from, count, since });
        if (count < 2 * known.told) continue;
        known.told = count;
        this.#record(findingOf(scope.name, { ...subject, from, count, since }));
      }
      if (growing.length > 0) this.#growing.set(scope, growing);
    }
  }
}

function next(known: Series | undefined, count: number): Series {
  if (known === undefined || count < known.count)
    return { from: count, since: now(), count, rises: 0, told: 0 };
  if (count > known.count) known.rises++;
  known.count = count;
  return known;
}

function isGrowing({ from, count, rises }: Series): boolean {
  return rises >= RISES && count >= FLOOR && count >= 2 * from;
}

/** The counts by name, then those by event type, then those by kind. */
function withSums(held: readonly HeldCount[]): Counted[] {
  const byType = new Map<string | null, Counted>();
  const byKind = new Map<string, Counted>();
  for (const { kind, type, count } of held) {
    byType.set(type, { kind, type, name: null, count: count + (byType.get(type)?.count ?? 0) });
    byKind.set(kind, {
      kind,
      type: null,
      name: null,
      count: count + (byKind.get(kind)?.count ?? 0),
    });
  }
  byType.delete(null); // tasks have no type
  return [...held, ...byType.values(), ...byKind.values()];
}

function isPart(part: Subject, { kind, type, name }: Subject): boolean {
  return name === null && part.kind === kind && (type === null || part.type === type);
}

function findingOf(owner: string, growing: Growing): Finding {
  const { kind, type, name, from, count, since } = growing;
  const what = `${kind}s${name === null ? '' : ` ${quote(name)}`}${type === null ? '' : ` of ${quote(type)}`}`;
  return {
    kind: 'growth',
    owner,
    name: name ?? type ?? `${kind}s`,
    message: `The ${what} of ${owner} only grow: ${count} by now, from ${from}. Somebody forgets to end them.`,
    durationMs: now() - since,
    detail: { ...growing },
  };
}
