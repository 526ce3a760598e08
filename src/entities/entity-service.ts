import { InvalidOptionError } from '../errors/input-errors.js';
import type { Hub } from '../hub-api/hub.js';
import type { ServiceCall } from '../hub-api/services.js';
import type { StandardSchema } from '../hub-api/standard-schema.js';
import { commandAll } from './command-entities.js';
import type { EntityOffer, ServiceKey } from './entity-offer.js';
import { type Plan, planCall } from './plan-call.js';

/** One service of the hub, for the entities of all who offer it. */
export class EntityService {
  readonly #root: Hub;
  readonly #key: ServiceKey;
  readonly #offers = new Set<EntityOffer>();
  #end: (() => void) | undefined;
  #isInTheWay = false;

  constructor(root: Hub, key: ServiceKey) {
    this.#root = root;
    this.#key = key;
  }

  /** Whether nobody offers it any more. */
  get isOver(): boolean {
    return this.#offers.size === 0;
  }

  /** @throws InvalidOptionError when those who offer it do not agree on whether it answers. */
  add(offer: EntityOffer): void {
    const [first] = this.#offers;
    if (first && first.supportsResponse !== offer.supportsResponse)
      throw new InvalidOptionError(
        `Expected \`${first.supportsResponse}\` as \`supportsResponse\` of ${this.#name}, as ${first.owner} has it, got \`${offer.supportsResponse}\`.`,
      );
    this.#offers.add(offer);
    this.refresh();
  }

  remove(offer: EntityOffer): void {
    this.#offers.delete(offer);
    this.refresh();
  }

  /** Registers the service with the first entity, and takes it away with the last. */
  refresh(): void {
    const offers = [...this.#offers].filter(({ entities }) => entities.size > 0);
    const [first] = offers;
    if (!first) {
      this.#end?.();
      this.#end = undefined;
      this.#isInTheWay = false;
    } else if (!this.#end && !this.#root.scope.closed && !this.#isSomebodyElses(first))
      this.#end = this.#register(first);
  }

  get #name(): string {
    return `\`${this.#key.domain}.${this.#key.service}\``;
  }

  /** What was registered by hand is left alone, and that is said once. */
  #isSomebodyElses({ owner }: EntityOffer): boolean {
    const { domain, service } = this.#key;
    const other = this.#root.services.all()[domain]?.[service]?.owner;
    if (other === undefined) return false;
    if (!this.#isInTheWay)
      this.#root.logger.warn(
        `${this.#name} is offered by ${other} already, so it cannot control the entities of ${owner}.`,
      );
    this.#isInTheWay = true;
    return true;
  }

  #register({ supportsResponse }: EntityOffer): () => void {
    const { domain, service } = this.#key;
    const schema: StandardSchema<Plan> = {
      '~standard': {
        version: 1,
        vendor: 'rxhome',
        validate: (given) => planCall(given, this.#key, [...this.#offers]),
      },
    };
    return this.#root.services.register<Plan>(
      domain,
      service,
      (call: ServiceCall<Plan>) => commandAll(this.#key, call),
      { schema, supportsResponse },
    );
  }
}
