import type { Row } from 'rxhome/inspector';

/** What a program did, as it wrote it down at that moment. */
export interface Done {
  /** As the row is called: its kind and name. */
  readonly label: string;
  readonly cause: Done | null;
  /** Nobody but the program can know the cause: none may be named, a false one never. */
  readonly isLoose: boolean;
  /** Its runs are caused by no event: what a clock does, once or again and again. */
  readonly clock: 'once' | 'repeats' | 'background' | null;
  /** How it has ended; `null`: well. */
  status: Row['status'] | null;
  /** How long a listener has worked. */
  lastsMs: number;
}

/** Where a program's code runs: what led to it, and whether that can be known there. */
export interface At {
  readonly done: Done | null;
  readonly isLoose: boolean;
  /** Whether it is still known behind an `await` or a timer. */
  readonly isCarried: boolean;
}

export const OUTSIDE: At = { done: null, isLoose: false, isCarried: true };

/** What the page shows, without how it has ended. */
export interface Shown {
  readonly ways: ReadonlySet<string>;
  readonly labels: ReadonlySet<string>;
}

/** All that a program did; what led to something comes before it. */
export class KnownCauses {
  readonly #all: Done[] = [];

  /** How much there is. */
  get size(): number {
    return this.#all.length;
  }

  add(label: string, at: At, about: Partial<Pick<Done, 'clock' | 'status'>> = {}): Done {
    const { done: cause, isLoose } = at;
    const { clock = null, status = null } = about;
    const done = { label, cause, isLoose: isLoose && cause !== null, clock, status, lastsMs: 0 };
    this.#all.push(done);
    return done;
  }

  /**
   * What the page must show: the whole way of each thing from its first cause.
   *
   * @param shown what the page shows: what is loose is looked up there
   * @param isExact in virtual time, where it is known how long something takes
   */
  ways(shown: Shown, isExact: boolean): string[] {
    const links = new Links(shown, isExact);
    for (const done of this.#all) links.add(done);
    const effects = new Map<Done, number>();
    const count = (of: Done | null, by: number): void => {
      if (of) effects.set(of, (effects.get(of) ?? 0) + by);
    };
    for (const done of this.#all) count(links.causeOf(done), 1);
    const kept = new Set(this.#all);
    for (const done of this.#all.toReversed()) {
      const isIdle = effects.get(done) === 0 || !effects.has(done);
      if (!isIdle || !links.isWeak(done)) continue;
      kept.delete(done);
      count(links.causeOf(done), -1);
    }
    return [...kept].map((done) => withStatus(links.wayTo(done), done.status));
  }
}

/** The documented rules by which the page leaves causes and rows out. */
class Links {
  readonly #shown: Shown;
  readonly #isExact: boolean;
  readonly #causes = new Map<Done, Done | null>();

  constructor(shown: Shown, isExact: boolean) {
    this.#shown = shown;
    this.#isExact = isExact;
  }

  add(done: Done): void {
    const { cause, label, isLoose } = done;
    const isCut = cause === null || (isLoose && this.#shown.ways.has(label));
    this.#causes.set(done, isCut || this.#isFirst(done, cause) ? null : cause);
  }

  causeOf(done: Done): Done | null {
    return this.#causes.get(done) ?? null;
  }

  wayTo(done: Done): string {
    const cause = this.causeOf(done);
    return cause === null ? done.label : `${this.wayTo(cause)} > ${done.label}`;
  }

  /** Whether it has no row if nothing came of it. */
  isWeak(done: Done): boolean {
    const { label, lastsMs, isLoose, status } = done;
    const isWait = /^time(r|out) /.test(label);
    if (label.startsWith('listener ')) {
      if (status === 'failed') return false;
      // One that worked a little may have done so while the page looked.
      const isSeen = this.#shown.labels.has(label) && (lastsMs > 0 || !this.#isExact);
      return !isSeen && lastsMs < (this.#isExact ? 20 : 30);
    }
    if (/^(event|state|service|error) /.test(label)) return false;
    if (this.#shown.ways.has(this.wayTo(done))) return false;
    // Nobody's, short: what paces some work. And where code is not known as a hub's nobody tells of its waits.
    if (isWait && (isLoose || this.causeOf(done) === null)) return true;
    if (status === 'failed') return false;
    // Work in the tick of a timer is shown if it takes long.
    return this.#hasContext(done) ? false : this.#originOf(this.causeOf(done)) !== null;
  }

  /** What is found in the tick of a timer, or by uncaused work in the background, begins a chain. */
  #isFirst({ label }: Done, cause: Done): boolean {
    return (
      /^(event|state|service) /.test(label) &&
      !this.#givesContext(cause) &&
      this.#originOf(cause) !== null
    );
  }

  #originOf(from: Done | null): 'repeats' | 'background' | null {
    for (let done = from; done; done = this.causeOf(done)) {
      if (done.clock === 'repeats') return 'repeats';
      if (this.#hasContext(done)) return null;
      if (done.clock === 'background') return 'background';
    }
    return null;
  }

  #hasContext(done: Done): boolean {
    if (/^(event|state|service) /.test(done.label)) return true;
    const cause = this.causeOf(done);
    return cause !== null && this.#givesContext(cause);
  }

  #givesContext(cause: Done): boolean {
    const isClock = cause.clock === 'once' || cause.clock === 'repeats';
    return !isClock && this.#hasContext(cause);
  }
}

export function withStatus(way: string, status: Done['status']): string {
  return status === 'failed' || status === 'cancelled' ? `${way} (${status})` : way;
}
