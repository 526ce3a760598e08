import type { Wanted } from './link.js';
import type { MqttMessage, Qos } from './message.js';
import { hasWildcard, matches } from './topics.js';

/** Who wants the messages of a filter. */
export interface Subscription extends Wanted {
  readonly handler: (message: MqttMessage) => void;
  /** The topics of which it had what the broker keeps; others subscribing bring that anew. */
  readonly hadRetained: Set<string>;
}

/** Who wants what. Pure: it knows no broker. */
export class Subscriptions {
  readonly #byFilter = new Map<string, Set<Subscription>>();
  readonly #wildcards = new Set<string>();

  add(filter: string, qos: Qos, handler: Subscription['handler']): Subscription {
    const subscription = { filter, qos, handler, hadRetained: new Set<string>() };
    const known = this.#byFilter.get(filter);
    if (known) known.add(subscription);
    else this.#byFilter.set(filter, new Set([subscription]));
    if (hasWildcard(filter)) this.#wildcards.add(filter);
    return subscription;
  }

  remove(subscription: Subscription): void {
    const { filter } = subscription;
    const known = this.#byFilter.get(filter);
    if (!known?.delete(subscription) || known.size > 0) return;
    this.#byFilter.delete(filter);
    this.#wildcards.delete(filter);
  }

  /** What the broker has to be asked for, if anybody wants the filter: the best of all qualities. */
  wanted(filter: string): Wanted | undefined {
    const known = this.#byFilter.get(filter);
    if (!known) return undefined;
    const qos = Math.max(...[...known].map((one) => one.qos)) as Qos;
    return { filter, qos };
  }

  get filters(): string[] {
    return [...this.#byFilter.keys()];
  }

  /** A new connection brings all that is retained, for everybody. */
  forgetRetained(): void {
    for (const known of this.#byFilter.values())
      for (const { hadRetained } of known) hadRetained.clear();
  }

  /** Those who want a message, in the order in which they came. */
  *takersOf(message: MqttMessage): Iterable<Subscription> {
    const { topic } = message;
    yield* takersIn(this.#byFilter.get(topic), message);
    for (const filter of [...this.#wildcards])
      if (matches(filter, topic)) yield* takersIn(this.#byFilter.get(filter), message);
  }
}

function* takersIn(
  known: ReadonlySet<Subscription> | undefined,
  { topic, retain }: MqttMessage,
): Iterable<Subscription> {
  if (!known) return;
  for (const subscription of [...known]) {
    if (!known.has(subscription)) continue; // gone meanwhile
    if (retain && subscription.hadRetained.has(topic)) continue;
    if (retain) subscription.hadRetained.add(topic);
    yield subscription;
  }
}
