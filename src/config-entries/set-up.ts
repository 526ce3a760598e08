import { runUncaused } from '../causality/execution.js';
import { ConfigEntryNotReady } from '../errors/integration-errors.js';
import { CancelledError, ShutdownError } from '../errors/work-errors.js';
import type { Integration } from '../hub-api/config-entry.js';
import type { Hub } from '../hub-api/hub.js';
import { checkData } from './check-data.js';
import type { ManagedEntry } from './config-entry.js';
import { setUpLimits, type StepsHost, STOPPED } from './entries-host.js';
import { inTime } from './in-time.js';
import type { Integrations } from './integrations.js';
import { reasonOf } from './reason.js';

/** Sets entries up. Whoever calls it holds the lock of the entry. */
export class SetUp {
  readonly #host: StepsHost;
  readonly #integrations: Integrations;

  constructor(host: StepsHost, integrations: Integrations) {
    this.#host = host;
    this.#integrations = integrations;
  }

  /**
   * Begins a life of an entry, in a scope of its own; of one that fails nothing is left. Resolves
   * with whether it is loaded.
   *
   * @throws ShutdownError (as a rejection) when the hub stops.
   */
  async run(entry: ManagedEntry): Promise<boolean> {
    this.expectNotStopping(entry.label);
    const { hub: root } = this.#host;
    const hub = root.scoped(root.scope.child(entry.label));
    entry.attach(hub);
    entry.enter('setup_in_progress');
    try {
      const integration = await this.#prepare(entry);
      const result = await this.#setUpEntry(entry, integration, hub);
      // No await from here to the state: work that was begun in the set-up must see it.
      if (result !== false) entry.enter('loaded');
      else entry.enter('setup_error', 'The integration declined (`setupEntry` returned false).');
    } catch (error) {
      this.#onFailed(entry, error);
    }
    if (entry.state === 'loaded') this.#nameLatePlatforms(entry);
    else await entry.endLife();
    return entry.state === 'loaded';
  }

  /** @throws ShutdownError */
  expectNotStopping(label: string): void {
    if (this.#host.isStopping())
      throw new ShutdownError(`The hub is stopping; ${label} stays as it is.`);
  }

  /** An entry that was restored may have data that does not fit, and no integration yet. */
  async #prepare(entry: ManagedEntry): Promise<Integration> {
    const integration = entry.integration ?? this.#integrations.get(entry.domain);
    if (!entry.integration) entry.accept(integration, await checkData(integration, entry.given));
    await this.#integrations.setUp(integration);
    return integration;
  }

  async #setUpEntry(entry: ManagedEntry, integration: Integration, hub: Hub): Promise<unknown> {
    const body = (): unknown => entry.asWork(() => integration.setupEntry(hub, entry));
    const name = `set up ${entry.label}`;
    // What a set-up begins goes on long after whatever asked for it, so it has no cause.
    const task = runUncaused(() => hub.createTask(body, { name }));
    try {
      return await inTime(task, `\`setupEntry\` of ${entry.label}`, setUpLimits(this.#host));
    } finally {
      if (task.status === 'running') task.leave(); // its scope ends it, and does not wait for it
    }
  }

  #onFailed(entry: ManagedEntry, error: unknown): void {
    const isNotReady = error instanceof ConfigEntryNotReady;
    const hasStopped = this.#host.hub.scope.closed;
    const isEnded = isNotReady || error instanceof CancelledError || hasStopped;
    if (this.#host.isStopping() && isEnded) {
      entry.enter('not_loaded', STOPPED);
      return;
    }
    const reason = reasonOf(error);
    if (!isNotReady) {
      entry.enter('setup_error', reason);
      this.#host.report({ error, source: 'integration', owner: entry.label, name: 'setupEntry' });
      return;
    }
    entry.enter('setup_retry', reason);
    const when = entry.retry.schedule(this.#host.hub, againName(entry), () =>
      this.#runAgain(entry),
    );
    this.#host.warn(`${entry.label} is not ready, next try ${when}: ${reason}`);
  }

  #runAgain(entry: ManagedEntry): void {
    const body = (): Promise<unknown> =>
      entry.lock.run(() => entry.state === 'setup_retry' && this.run(entry));
    void this.#host.hub.createBackgroundTask(body, { name: againName(entry) });
  }

  #nameLatePlatforms({ label, pendingPlatforms }: ManagedEntry): void {
    if (pendingPlatforms.size === 0) return;
    this.#host.warn(
      `${label} is loaded before its platforms are (${[...pendingPlatforms].join(', ')}): await \`forwardEntrySetups\` in \`setupEntry\`.`,
      { owner: label },
    );
  }
}

function againName({ label }: ManagedEntry): string {
  return `set up ${label} again`;
}
