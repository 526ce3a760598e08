import { runUncaused } from '../causality/execution.js';
import { checkFunction } from '../errors/check-option.js';
import { InvalidOptionError } from '../errors/input-errors.js';
import { UnknownIntegrationError } from '../errors/integration-errors.js';
import { quote } from '../errors/quote.js';
import type { Integration } from '../hub-api/config-entry.js';
import { type EntriesHost, setUpLimits } from './entries-host.js';
import { inTime } from './in-time.js';

/** The integrations that are known, and what each does once per hub. */
export class Integrations {
  readonly #host: EntriesHost;
  readonly #known = new Map<string, Integration>();
  readonly #setUps = new Map<string, Promise<void>>();

  constructor(host: EntriesHost) {
    this.#host = host;
  }

  /** @throws InvalidOptionError for what is no integration. */
  register(integration: Integration): void {
    const { domain } = integration;
    if (typeof domain !== 'string' || !/^[a-z][a-z0-9_]*$/.test(domain))
      throw new InvalidOptionError(
        `Expected an integration domain like \`folder_watcher\`, got ${quote(domain)}.`,
      );
    const given: { readonly setupEntry: unknown } = integration;
    checkFunction(`setupEntry of ${domain}`, given.setupEntry);
    this.#known.set(domain, integration);
  }

  /** @throws UnknownIntegrationError naming those that are known. */
  get(domain: string): Integration {
    const integration = this.#known.get(domain);
    if (integration) return integration;
    throw new UnknownIntegrationError(
      `There is no integration \`${domain}\`. Registered: ${[...this.#known.keys()].join(', ') || 'none'}.`,
    );
  }

  /**
   * The part that an integration does once per hub: the first entry begins it, the others join. If
   * it takes too long that is what the entries fail with; it is not begun twice, but goes on, and
   * the next set-up joins it again. If it fails the next set-up tries it again.
   *
   * @throws (as a rejection) TimeoutError, and what `setup` throws.
   */
  async setUp(integration: Integration): Promise<void> {
    const { domain } = integration;
    let done = this.#setUps.get(domain);
    if (done === undefined) {
      this.#setUps.set(domain, (done = this.#begin(integration)));
      done.catch(() => this.#setUps.delete(domain));
    }
    await inTime(done, `\`setup\` of ${domain}`, setUpLimits(this.#host));
  }

  async #begin(integration: Integration): Promise<void> {
    const { hub } = this.#host;
    const { domain } = integration;
    if (integration.setup) {
      const body = (): unknown => integration.setup?.(hub, {});
      const task = runUncaused(() => hub.createTask(body, { name: `set up ${domain}, once` }));
      const limited = inTime(task, domain, setUpLimits(this.#host));
      limited.catch(() => task.leave()); // nobody waits for it any more
      await task;
    }
    hub.bus.fire('component_loaded', { component: domain });
  }
}
