import type { Hub } from 'rxhome';

const MAX_KEPT = 1_000;

/**
 * Reports what is wrong with messages, with owner and topic: once for each thing that is wrong, not
 * once for each message. What was mended may be reported anew.
 */
export class Complaints {
  readonly #hub: Hub;
  readonly #made = new Set<string>();

  constructor(hub: Hub) {
    this.#hub = hub;
  }

  /** Reports `error`, unless something is known to be wrong with `about`. */
  report(about: string, error: unknown): void {
    if (this.#made.has(about) || this.#made.size > MAX_KEPT) return;
    this.#made.add(about);
    if (this.#made.size <= MAX_KEPT) this.#say(about, error);
    else this.#say('topics', new Error(`More than ${MAX_KEPT} topics have bad messages.`));
  }

  /** It is well again. */
  withdraw(about: string): void {
    this.#made.delete(about);
  }

  #say(name: string, error: unknown): void {
    const { scope } = this.#hub;
    if (!scope.closed) scope.report({ error, source: 'integration', owner: scope.name, name });
  }
}
