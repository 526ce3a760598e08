import type { Report } from '../errors/report.js';
import { ScopeClosedError } from '../errors/work-errors.js';
import type { Scope } from './scope.js';

/**
 * What stands between a scope and the hub: from the first step of closing, teardowns included,
 * nothing gets through any more. What has been unloaded can neither act nor start anything.
 */
export class Fence {
  static readonly #fences = new WeakMap<Scope, Fence>();
  readonly scope: Scope;
  readonly #report: Report;
  readonly #isStrict: boolean;
  #hasReported = false;

  constructor(scope: Scope, report: Report, isStrict: boolean) {
    this.scope = scope;
    this.#report = report;
    this.#isStrict = isStrict;
    Fence.#fences.set(scope, this);
  }

  /** The fence of a scope, for pieces of the house that are given no more than its hub. */
  static of(scope: Scope): Fence {
    return Fence.#fences.get(scope) ?? new Fence(scope, (failure) => scope.report(failure), false);
  }

  /**
   * Whether the call must have no effect. The first one of an owner is reported; the others are
   * silent, because a forgotten timer would report for ever.
   *
   * @throws ScopeClosedError in strict mode and in tests, so that it is noticed where it happens.
   */
  blocks(what: string): boolean {
    if (!this.scope.closed) return false;
    const error = this.error(what);
    if (this.#isStrict) throw error;
    if (!this.#hasReported) {
      this.#hasReported = true;
      this.#report({ error, source: 'fence', owner: this.scope.name, name: what });
    }
    return true;
  }

  /** What a method that returns a promise gives, if it is blocked: told already, except in strict mode. */
  refuse(what: string): Promise<never> {
    try {
      this.blocks(what);
    } catch (error) {
      return Promise.reject(error);
    }
    const refused = Promise.reject(this.error(what));
    refused.catch(() => undefined);
    return refused;
  }

  /** What a method that returns a promise rejects with, if it is blocked. */
  error(what: string): ScopeClosedError {
    return new ScopeClosedError(
      `\`${this.scope.name}\` was unloaded, so its call of \`${what}\` had no effect.`,
    );
  }
}
