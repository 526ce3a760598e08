import type { Hub } from '../hub-api/hub.js';
import { HubKey } from '../ownership/hub-data.js';
import { type Unsubscribe, unsubscribe } from '../ownership/unsubscribe.js';
import type { EntityOffer } from './entity-offer.js';
import { EntityService } from './entity-service.js';

const SERVICES = new HubKey<EntityServices>('entity_services');

/**
 * What the entities of a hub can be told: one service per name, whatever integrations its entities
 * are of. It is the hub's own, because entities and their owners come and go; it is there as long as
 * one of those entities is.
 */
export class EntityServices {
  readonly #root: Hub;
  readonly #services = new Map<string, EntityService>();

  private constructor(root: Hub) {
    this.#root = root;
  }

  /** Those of a hub; `root` is the hub itself, and not one of an owner. */
  static of(root: Hub): EntityServices {
    let services = root.data.get(SERVICES);
    if (!services) root.data.set(SERVICES, (services = new EntityServices(root)));
    return services;
  }

  /** From now on the entities of `offer` obey a service. */
  add(offer: EntityOffer): Unsubscribe {
    const { domain, service } = offer;
    const name = `${domain}.${service}`;
    let shared = this.#services.get(name);
    if (!shared) {
      shared = new EntityService(this.#root, { domain, service });
      this.#services.set(name, shared);
    }
    shared.add(offer);
    return unsubscribe(() => {
      shared.remove(offer);
      if (shared.isOver) this.#services.delete(name);
    });
  }

  /** Entities of an offer have come or gone. */
  refresh({ domain, service }: EntityOffer): void {
    this.#services.get(`${domain}.${service}`)?.refresh();
  }
}
