import type { ProbedHub } from '../causality/probe.js';
import { monotonic, nextTurn } from '../clock/clock.js';
import { isThenable } from '../clock/is-thenable.js';
import type { HubErrorReport, Report } from '../errors/report.js';
import { ScopeClosedError, TeardownError } from '../errors/work-errors.js';
import { DEFAULT_GRACE_MS, GraceTime } from './grace-time.js';
import type { Late } from './late.js';
import type { Owned } from './owned.js';
import { type Teardown, teardownError, teardownFunction, teardownName } from './teardown.js';

export type { Owned } from './owned.js';

/** What the scopes of a hub have in common; children inherit it. */
export interface ScopeOptions {
  /** How long `close()` waits for what it ends, in milliseconds. @default 10_000 */
  readonly graceMs?: number;
  /** Takes each failing teardown. @default ignored here, and part of the `TeardownError` */
  readonly report?: Report;
  /** Takes what had not ended when the grace time was over. */
  readonly onLate?: (late: readonly Late[]) => void;
  /** Takes what was owned after closing had begun, and has been ended at once. */
  readonly onOwnedTooLate?: (scope: Scope, name: string) => void;
  /** Told when a scope has closed. */
  readonly onClosed?: (scope: Scope) => unknown;
  /** Whose scopes they are. */
  readonly hub?: ProbedHub;
}

const tornDown: Scope[] = []; // the scopes of whose teardowns one is being called

/**
 * Owns what somebody began: listeners, tasks, timers, jobs, child scopes, anything with an end.
 * Closing it ends them all.
 *
 * Closing has two steps. The first is synchronous: from then on the scope and all its children
 * are fenced (`closed`), their signals are aborted and their listeners silent. The second ends
 * children, then everything owned, last in first out, each on its own: one that fails or hangs
 * keeps no other from ending.
 */
export class Scope implements AsyncDisposable {
  readonly name: string;
  /** Whether there was ever a scope below it. */
  hasParts = false;
  #parent: Scope | null;
  #options: ScopeOptions;
  readonly #controller = new AbortController();
  readonly #owned = new Set<Owned>();
  readonly #children = new Set<Scope>();
  #isClosed = false;
  #closing: Promise<void> | undefined;
  #grace: GraceTime | undefined;
  #isHurried = false;

  constructor(name: string, options: ScopeOptions = {}, parent: Scope | null = null) {
    this.name = name;
    this.#parent = parent;
    this.#options = options;
  }

  get parent(): Scope | null {
    return this.#parent;
  }

  /** The hub of which it is a part. */
  get hub(): ProbedHub | null {
    return this.#options.hub ?? null;
  }

  /** Aborts at the first step of closing; its reason is a `ScopeClosedError`. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether closing has begun: from then on nothing new can be owned. */
  get closed(): boolean {
    return this.#isClosed;
  }

  /** Takes a failure of what the scope owns. */
  report(failure: HubErrorReport): void {
    this.#options.report?.(failure);
  }

  /** How many things it owns now, children not counted. */
  get size(): number {
    return this.#owned.size;
  }

  /** The open scopes below this one. */
  get children(): readonly Scope[] {
    return [...this.#children];
  }

  /**
   * Ends `teardown` when the scope closes, and returns it. After closing has begun it is ended at
   * once, with a warning that names the owner.
   *
   * @throws InvalidOptionError when it is nothing that can be ended.
   */
  own<T extends Teardown>(teardown: T, name: string = teardownName(teardown)): T {
    const end = teardownFunction(teardown);
    if (this.#isClosed) {
      this.#options.onOwnedTooLate?.(this, name);
      void this.#attempt(name, end);
    } else this.attach({ name, end });
    return teardown;
  }

  /** The lower door, for pieces of the core that own a lot: add and remove cost the same at any size. */
  attach(owned: Owned): void {
    if (!this.#isClosed) {
      this.#owned.add(owned);
      return;
    }
    void this.#attempt(owned.name, () => owned.silence?.());
    void this.#attempt(owned.name, () => owned.end?.());
  }

  /** Forgets what was attached, because it has ended by itself. */
  detach(owned: Owned): void {
    this.#owned.delete(owned);
  }

  /** A scope that closes with this one, or earlier. Of a closed scope it is closed from the start. */
  child(name: string, options: ScopeOptions = this.#options): Scope {
    const child = new Scope(name, options, this);
    this.hasParts = true;
    if (this.#isClosed) child.#dropFence();
    else this.#children.add(child);
    return child;
  }

  /** Makes a scope that stands alone a child: it closes with this one, and reports like it. */
  adopt(scope: Scope): void {
    if (scope === this || scope.#parent !== null || scope.closed) return;
    scope.#parent = this;
    this.hasParts = true;
    scope.#options = { ...this.#options, ...scope.#options };
    if (this.#isClosed) scope.#dropFence();
    else this.#children.add(scope);
  }

  /**
   * Ends everything and resolves when it has ended, at the latest after the grace time. Later
   * calls join the first. Called from a task of this scope it does not wait for that task.
   *
   * @throws TeardownError (as a rejection) with every failure; all the others were ended too.
   */
  close(): Promise<void> {
    // One of its own teardowns calls this: it would wait for itself.
    if (tornDown.some((scope) => scope.isIn(this))) return Promise.resolve();
    if (this.#closing) return this.#closing;
    let end: (ended: Promise<void>) => void = () => undefined;
    // Known before anybody is told, so that who hears of it and closes as well joins this one.
    this.#closing = new Promise((resolve) => (end = resolve));
    // Each failure was reported already: a close that nobody awaits must not be unhandled as well.
    this.#closing.catch(() => undefined);
    this.#dropFence();
    end(this.#end());
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** @internal Ends the grace time of a scope that closes, and of all below it: it is over soon. */
  hurry(): void {
    this.#isHurried = true;
    for (const child of this.#children) child.hurry();
    this.#grace?.expire();
  }

  #dropFence(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const child of this.#children) child.#dropFence();
    this.#controller.abort(new ScopeClosedError(`\`${this.name}\` was unloaded.`));
    for (const owned of this.#owned) void this.#attempt(owned.name, () => owned.silence?.());
  }

  async #end(): Promise<void> {
    const failures: unknown[] = [];
    const late = new Map<Owned, number>();
    // Children have a grace time of their own, and name what is late in them.
    const closing = [...this.#children]
      .reverse()
      .map((child) => ({ child, closed: child.close() }));
    for (const { child, closed } of closing)
      await this.#attempt(child.name, () => closed, failures);
    const graceMs = this.#isHurried ? 0 : (this.#options.graceMs ?? DEFAULT_GRACE_MS);
    const grace = (this.#grace = new GraceTime(graceMs));
    for (const owned of [...this.#owned].reverse()) {
      const begunAt = monotonic();
      const ended = this.#attempt(owned.name, () => this.#tearDown(owned), failures);
      if (ended === undefined || owned.isCaller?.()) continue;
      late.set(owned, begunAt);
      await grace.waitFor(ended.then(() => void late.delete(owned)));
    }
    // What was told to end when there was no time left gets one turn.
    if (late.size > 0) await new Promise<void>((resolve) => nextTurn(resolve));
    grace.cancel();
    this.#owned.clear();
    if (this.#parent) this.#parent.#children.delete(this);
    if (late.size > 0) this.#leave(late);
    this.#options.onClosed?.(this);
    if (failures.length > 0) throw teardownError(this.name, failures);
  }

  #leave(late: ReadonlyMap<Owned, number>): void {
    const found = [...late].map(([owned, begunAt]): Late => {
      const { name } = owned;
      const asTeardown = { what: 'teardown', owner: this.name, name, thing: owned } as const;
      return owned.late?.() ?? { ...asTeardown, ageMs: monotonic() - begunAt };
    });
    for (const owned of late.keys()) owned.leave?.();
    this.#options.onLate?.(found);
  }

  #tearDown(owned: Owned): unknown {
    tornDown.push(this);
    try {
      return owned.end?.();
    } finally {
      tornDown.pop();
    }
  }

  /** Whether it is `scope`, or a part of it. */
  isIn(scope: Scope): boolean {
    return this === scope || (this.#parent !== null && this.#parent.isIn(scope));
  }

  /** Ends one thing; what it throws is reported and collected. A promise if it takes time. */
  #attempt(name: string, end: () => unknown, failures?: unknown[]): Promise<void> | undefined {
    const fail = (error: unknown): void => {
      failures?.push(error);
      if (error instanceof TeardownError) return; // a child's: it was reported there
      this.#options.report?.({ error, source: 'teardown', owner: this.name, name });
    };
    try {
      const result = end();
      if (!isThenable(result)) return undefined;
      return Promise.resolve(result).then(() => undefined, fail);
    } catch (error) {
      fail(error);
      return undefined;
    }
  }
}
