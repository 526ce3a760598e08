import type { PlatformEntity } from '../hub-api/platform.js';
import type { ServiceOptions, SupportsResponse } from '../hub-api/services.js';
import type { AddedEntity } from './added-entity.js';

/** The name of a service: `light` and `turn_on`. */
export interface ServiceKey {
  readonly domain: string;
  readonly service: string;
}

/** A service that the entities of one platform obey. */
export interface EntityOffer extends ServiceKey {
  /** Of the data without the target. */
  readonly schema: ServiceOptions['schema'];
  readonly supportsResponse: SupportsResponse;
  /** Whose entities they are. */
  readonly owner: string;
  /** The entities that are there now, by id. */
  readonly entities: ReadonlyMap<string, AddedEntity>;
  readonly act: (entity: PlatformEntity, data: unknown, signal: AbortSignal) => unknown;
}

/** An entity, and what it obeys. */
export interface Obeying {
  readonly added: AddedEntity;
  readonly offer: EntityOffer;
}

/** The entity of that id; `undefined` while it has no state yet. */
export function obeying(entityId: string, offers: readonly EntityOffer[]): Obeying | undefined {
  for (const offer of offers) {
    const added = offer.entities.get(entityId);
    if (added?.isWritable) return { added, offer };
  }
  return undefined;
}

/** All that can be reached. */
export function allObeying(offers: readonly EntityOffer[]): Obeying[] {
  return offers.flatMap((offer) =>
    [...offer.entities.values()].flatMap((added) =>
      added.isWritable && isAvailable(added) ? { added, offer } : [],
    ),
  );
}

/** One whose own word on it fails counts: it will tell of that when it is commanded. */
function isAvailable({ entity }: AddedEntity): boolean {
  try {
    return entity.available;
  } catch {
    return true;
  }
}
