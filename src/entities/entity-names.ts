import { DuplicateUniqueIdError } from '../errors/integration-errors.js';
import { EntityIdTakenError, InvalidEntityIdError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';
import type { Hub } from '../hub-api/hub.js';
import type { PlatformEntity } from '../hub-api/platform.js';
import { HubKey } from '../ownership/hub-data.js';
import { parseEntityId, slugify } from '../states/entity-id.js';

/** Which unique id has which entity id; kept after removal, so that a reload gives the same names. */
interface Names {
  readonly entityIds: Map<string, string>;
  /** The unique ids that are in use now. */
  readonly taken: Set<string>;
}

const NAMES = new HubKey<Names>('entities');

function namesOf(hub: Hub): Names {
  let names = hub.data.get(NAMES);
  if (!names) hub.data.set(NAMES, (names = { entityIds: new Map(), taken: new Set() }));
  return names;
}

/** What an entity is called, and how its unique id is given free again. */
export interface ChosenName {
  readonly entityId: string;
  readonly release: () => void;
}

/**
 * Chooses the entity id: the one it wishes for, the one it had before, or one made of its name, with
 * a number when that is taken.
 *
 * @throws DuplicateUniqueIdError; InvalidEntityIdError, EntityIdTakenError for an id it wishes for.
 */
export function chooseName(
  hub: Hub,
  entity: PlatformEntity,
  { domain, integration }: { readonly domain: string; readonly integration: string },
): ChosenName {
  const names = namesOf(hub);
  const { uniqueId, entityId: wished, name } = entity;
  const key = uniqueId == null ? null : JSON.stringify([domain, integration, uniqueId]);
  if (key !== null && names.taken.has(key))
    throw new DuplicateUniqueIdError(
      `${integration} has a ${domain} with the unique id ${quote(uniqueId)} already: ${names.entityIds.get(key) ?? 'it is being added'}.`,
    );
  const known = key === null ? undefined : names.entityIds.get(key);
  let entityId: string;
  if (known !== undefined && hub.states.available(known)) entityId = known;
  else if (wished !== undefined) entityId = wishedId(hub, wished, domain);
  else entityId = freeId(hub, `${domain}.${slugify(name ?? uniqueId ?? integration)}`);
  if (key !== null) {
    names.taken.add(key);
    names.entityIds.set(key, entityId);
  }
  let isTaken = key !== null;
  const release = (): void => {
    if (key !== null && isTaken) names.taken.delete(key);
    isTaken = false; // somebody else's from now on
  };
  return { entityId, release };
}

function wishedId(hub: Hub, wished: string, domain: string): string {
  if (parseEntityId(wished).domain !== domain)
    throw new InvalidEntityIdError(
      `Expected an entity id that begins with \`${domain}.\`, got ${quote(wished)}.`,
    );
  if (!hub.states.available(wished))
    throw new EntityIdTakenError(`The entity id \`${wished}\` is taken.`);
  return wished;
}

function freeId(hub: Hub, wanted: string): string {
  let entityId = wanted;
  for (let n = 2; !hub.states.available(entityId); n++) entityId = `${wanted}_${n}`;
  return entityId;
}
