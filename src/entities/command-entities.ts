import {
  type EntityFailure,
  EntityServiceError,
  ServiceValidationError,
} from '../errors/service-errors.js';
import type { CancelledError } from '../errors/work-errors.js';
import type { ServiceCall, ServiceResponse } from '../hub-api/services.js';
import { isCancelledBy } from '../jobs/cancelled-by.js';
import type { Task } from '../jobs/task.js';
import { onAbort } from '../ownership/abort-relay.js';
import { responseOf } from '../services/service-data.js';
import type { ServiceKey } from './entity-offer.js';
import type { Commanded, Plan } from './plan-call.js';

/**
 * Commands all that can be, side by side, each as a task of its own owner; what cannot, or fails, is
 * told when all have ended. @returns what each answered, by id, for those who ask
 *
 * @throws ServiceValidationError naming what was refused; EntityServiceError if more than that failed.
 */
export async function commandAll(
  key: ServiceKey,
  { data: { commanded, refused }, returnResponse, signal }: ServiceCall<Plan>,
): Promise<ServiceResponse | undefined> {
  const failures: EntityFailure[] = [...refused];
  const answers: Record<string, ServiceResponse> = {};
  await Promise.all(
    commanded.map(async (one) => {
      const { entityId } = one.added;
      try {
        const result = await command(key, one, signal);
        if (returnResponse) answers[entityId] = responseOf(key, result);
      } catch (error) {
        failures.push({ entityId, owner: one.offer.owner, error });
      }
    }),
  );
  // Nobody is told what each of them has made of it that the call was given up.
  if (
    signal.aborted &&
    failures.every(({ error }) => isCancelledBy(signal.reason as CancelledError, error))
  )
    throw signal.reason;
  if (failures.length > 0) throw failureOf(key, failures);
  return returnResponse ? answers : undefined;
}

async function command(
  { domain, service }: ServiceKey,
  { added, offer, data }: Commanded,
  signal: AbortSignal,
): Promise<unknown> {
  const { entity, entityId, hub, isWritable } = added;
  // It may have been removed while the data was checked.
  if (!isWritable || !entity.available) {
    const message = `\`${entityId}\` is ${isWritable ? 'unavailable' : 'gone'}`;
    throw new ServiceValidationError(`${message}.`, [{ path: 'entityId', message }]);
  }
  const task: Task<unknown> = hub.createTask((ended) => offer.act(entity, data, ended), {
    name: `${domain}.${service} ${entityId}`,
  });
  const release = onAbort(signal, () => task.cancel(signal.reason));
  try {
    return await task;
  } finally {
    release();
  }
}

function failureOf({ domain, service }: ServiceKey, failures: readonly EntityFailure[]): Error {
  const refusals = failures.flatMap(({ error }) =>
    error instanceof ServiceValidationError ? error : [],
  );
  if (refusals.length === failures.length) {
    const [only] = refusals;
    if (only && refusals.length === 1) return only;
    const words = [...new Set(refusals.map(({ message }) => message))];
    return new ServiceValidationError(
      words.join(' '),
      refusals.flatMap(({ issues }) => issues),
    );
  }
  const words = failures.map(({ entityId, owner, error }) => {
    const of = owner === null ? '' : ` of ${owner}`;
    return `\`${entityId}\`${of}: ${error instanceof Error ? error.message : String(error)}`;
  });
  return new EntityServiceError(
    `\`${domain}.${service}\` failed for ${words.join('; ')}`,
    failures,
  );
}
