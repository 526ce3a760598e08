import { quote } from '../errors/quote.js';
import { madeForOthers } from '../events/makers.js';
import type { ListenerRegistry } from '../listeners/listener-registry.js';
import type { Scope } from '../ownership/scope.js';
import type { Finding } from './diagnostics.js';

/**
 * Names what an owner has left behind when it is gone: listeners that its code made through the
 * hub of somebody who lives on. Nobody will end them. Each is told once, by name and event type.
 */
export class Leaks {
  readonly #registry: ListenerRegistry;
  readonly #record: (finding: Finding) => void;

  constructor(registry: ListenerRegistry, record: (finding: Finding) => void) {
    this.#registry = registry;
    this.#record = record;
  }

  /** Looks at what is left of a scope that has closed; nearly none has anything to look for. */
  look(closed: Scope): void {
    if (!madeForOthers(closed)) return;
    for (const [{ name: owner }, left] of this.#registry.leftBy(closed))
      for (const { kind, type, name, count } of left) {
        const which = `${count === 1 ? 'listener' : `${count} listeners`} ${quote(name)} of ${quote(type)}`;
        this.#record({
          kind: 'leak',
          owner: closed.name,
          name,
          message: `${closed.name} is gone, but left the ${which} behind with ${owner}: listen through the hub that its set-up was given.`,
          detail: { kind, type, name, count, heldBy: owner, madeBy: closed.name },
        });
      }
  }
}
