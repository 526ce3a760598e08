import type { Context } from '../causality/context.js';
import type { Report } from '../errors/report.js';
import type { Owned, Scope } from '../ownership/scope.js';
import type { RunHost } from './timed-run.js';
import type { TimeoutManager } from './timeout-manager.js';

/** The runs of one owner. Its scope knows them as one thing, which is there while any is under way. */
export class OwnedRuns implements RunHost, Owned {
  readonly name = 'timeouts';
  readonly owner: Scope;
  readonly manager: TimeoutManager;
  readonly #report: Report;
  #count = 0;

  constructor(owner: Scope, manager: TimeoutManager, report: Report) {
    this.owner = owner;
    this.manager = manager;
    this.#report = report;
  }

  onBegin(): void {
    if (this.#count++ === 0) this.owner.attach(this);
  }

  onEnd(): void {
    if (--this.#count === 0) this.owner.detach(this);
  }

  onUnseenFailure(error: unknown, name: string, context: Context | null): void {
    this.#report({ error, source: 'timeout', owner: this.owner.name, name, context });
  }

  // As part of the scope.
  silence(): void {
    const reason: unknown = this.owner.signal.reason;
    for (const timed of this.manager.all()) if (timed.owner === this.owner) timed.giveUp(reason);
  }
}
