import { isThenable } from '../clock/is-thenable.js';
import { quote } from '../errors/quote.js';
import {
  type EntityFailure,
  type ServiceIssue,
  ServiceValidationError,
} from '../errors/service-errors.js';
import type { SchemaResult } from '../hub-api/standard-schema.js';
import { validate } from '../services/service-data.js';
import {
  allObeying,
  type EntityOffer,
  obeying,
  type Obeying,
  type ServiceKey,
} from './entity-offer.js';

/** An entity that is to be commanded, and with what its schema has made of the data. */
export interface Commanded extends Obeying {
  readonly data: unknown;
}

/** What a call comes down to. */
export interface Plan {
  readonly commanded: readonly Commanded[];
  /** Those that are named and cannot be. */
  readonly refused: readonly EntityFailure[];
}

type Checked = { readonly data: unknown } | { readonly error: unknown };
type Planned = SchemaResult<Plan>;

const ALL = 'all';

/**
 * Finds the entities at which a call is aimed, and checks the data once for each offer. If not one
 * of them can do it, the call is refused before anything has begun.
 */
export function planCall(
  given: unknown,
  key: ServiceKey,
  offers: readonly EntityOffer[],
): Planned | Promise<Planned> {
  const { entityId, ...rest } = given as Readonly<Record<string, unknown>>;
  const ids = idsOf(entityId);
  if (!ids) {
    // Home Assistant writes it so, and so does nearly everybody at first.
    const isCalledElse = entityId === undefined && 'entity_id' in rest;
    const hint = isCalledElse ? ': `entity_id` is called `entityId` here' : '';
    const message = `expected the ids of entities, or \`${ALL}\`, got ${quote(entityId)}${hint}`;
    return { issues: [{ message, path: ['entityId'] }] };
  }
  const found: Obeying[] = ids === ALL ? allObeying(offers) : [];
  const refused: EntityFailure[] = [];
  for (const id of ids === ALL ? [] : new Set(ids)) {
    const one = obeying(id, offers);
    if (one) found.push(one);
    else refused.push({ entityId: id, owner: null, error: unknownEntity(id, key) });
  }
  const concerned = [...new Set(found.map(({ offer }) => offer))];
  const data = Object.freeze(rest);
  const checks = concerned.map((offer) => check(offer, data));
  const finish = (results: readonly Checked[]): Planned => {
    const checked = new Map(concerned.map((offer, index) => [offer, results[index]]));
    return planOf(found, refused, checked);
  };
  const isSlow = checks.some(isThenable);
  return isSlow
    ? Promise.all(checks.map(async (one) => one)).then(finish)
    : finish(checks as Checked[]);
}

/** @returns `undefined` for what is no target */
function idsOf(target: unknown): readonly string[] | typeof ALL | undefined {
  if (target === ALL) return ALL;
  const ids: readonly unknown[] = Array.isArray(target) ? target : [target];
  return ids.every((id) => typeof id === 'string') ? ids : undefined;
}

function check(
  offer: EntityOffer,
  data: Readonly<Record<string, unknown>>,
): Checked | Promise<Checked> {
  const failed = (error: unknown): Checked => ({ error });
  try {
    const result = validate(offer, data);
    if (!isThenable(result)) return { data: result };
    return Promise.resolve(result).then((made) => ({ data: made }), failed);
  } catch (error) {
    return failed(error);
  }
}

function planOf(
  found: readonly Obeying[],
  unknown: readonly EntityFailure[],
  checked: ReadonlyMap<EntityOffer, Checked | undefined>,
): Planned {
  const commanded: Commanded[] = [];
  const refused = [...unknown];
  for (const { added, offer } of found) {
    const result = checked.get(offer);
    if (!result) continue;
    if ('data' in result) commanded.push({ added, offer, data: result.data });
    else refused.push({ entityId: added.entityId, owner: offer.owner, error: result.error });
  }
  const errors = refused.map(({ error }) => error);
  if (commanded.length > 0 || errors.length === 0 || !errors.every(isRefusal))
    return { value: { commanded, refused } };
  return { issues: [...new Set(errors)].flatMap(({ issues }) => issues.map(pathOf)) };
}

function pathOf({ path, message }: ServiceIssue): { message: string; path: string[] } {
  return { message, path: path === '' ? [] : [path] };
}

function isRefusal(error: unknown): error is ServiceValidationError {
  return error instanceof ServiceValidationError;
}

function unknownEntity(entityId: string, { domain, service }: ServiceKey): ServiceValidationError {
  const name = `\`${domain}.${service}\``;
  const message = `there is no ${quote(entityId)} that obeys ${name}`;
  return new ServiceValidationError(`${message}.`, [{ path: 'entityId', message }]);
}
