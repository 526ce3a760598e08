import { Semaphore } from '../concurrency/semaphore.js';
import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';
import type { Hub } from '../hub-api/hub.js';
import type {
  AddEntitiesOptions,
  Entities,
  EntityAction,
  PlatformEntity,
  PollingOptions,
} from '../hub-api/platform.js';
import type { ServiceOptions } from '../hub-api/services.js';
import type { Task } from '../jobs/task.js';
import { type Unsubscribe, unsubscribe } from '../ownership/unsubscribe.js';
import { checkOffer } from '../services/service-table.js';
import { AddedEntity, addedEntity, rootOf, updateEarly } from './added-entity.js';
import { chooseName } from './entity-names.js';
import type { EntityOffer } from './entity-offer.js';
import { EntityPolling } from './entity-polling.js';
import { EntityServices } from './entity-services.js';

export interface EntityPlatformOptions extends PollingOptions {
  /** The kind of its entities: `sensor`, `light`. */
  readonly domain: string;
  /** Whose entities they are; unique ids are unique in it. @default the name of the owner */
  readonly integration?: string;
}

const DEFAULT_SCAN_INTERVAL_MS = 30_000;

/**
 * The entities of one kind and one owner: adds them, polls those that want it, and takes them away,
 * last first, when the owner is unloaded.
 *
 * The set-up of a config entry gets one by `forwardEntrySetups`; without a config entry make your own.
 */
export class EntityPlatform implements Entities {
  readonly domain: string;
  readonly #hub: Hub;
  readonly #integration: string;
  readonly #services: EntityServices;
  readonly #updates: Semaphore | null;
  readonly #entities = new Map<string, AddedEntity>();
  readonly #offers = new Map<string, EntityOffer>();
  readonly #polling: EntityPolling;

  /** @throws InvalidOptionError naming the option and the value. */
  constructor(hub: Hub, options: EntityPlatformOptions) {
    const { domain, integration = hub.scope.name, parallelUpdates = 1 } = options;
    const { scanIntervalMs = DEFAULT_SCAN_INTERVAL_MS } = options;
    if (typeof domain !== 'string' || !/^[a-z][a-z0-9_]*$/.test(domain))
      throw new InvalidOptionError(
        `Expected the domain of entities, like \`sensor\`, got ${quote(domain)}.`,
      );
    if (!Number.isInteger(parallelUpdates) || parallelUpdates < 0)
      throw new InvalidOptionError(
        `Expected a whole number from 0 up as \`parallelUpdates\`, got ${quote(parallelUpdates)}.`,
      );
    this.domain = domain;
    this.#hub = hub;
    this.#integration = integration;
    this.#services = EntityServices.of(rootOf(hub));
    this.#updates = parallelUpdates === 0 ? null : new Semaphore(parallelUpdates);
    this.#polling = new EntityPolling(hub, scanIntervalMs, {
      name: `${integration} ${domain}`,
      entities: () => [...this.#entities.values()].filter(wantsPolling),
      update: (added, signal) => this.#update(added, signal),
    });
  }

  /** The ids of the entities that are there now, oldest first. */
  get entityIds(): readonly string[] {
    return [...this.#entities.keys()];
  }

  readonly addEntities = (
    entities: Iterable<PlatformEntity>,
    { updateBeforeAdd = false }: AddEntitiesOptions = {},
  ): Task<void> => {
    const count = Array.isArray(entities) ? `${entities.length} ` : '';
    return this.#hub.createTask(
      async (signal) => {
        const given = listOf(entities);
        await Promise.all(given.map((entity) => this.#add(entity, updateBeforeAdd, signal)));
        this.#polling.wake();
      },
      { name: `add ${count}${this.domain} of ${this.#integration}` },
    );
  };

  readonly registerEntityService = <Data, E extends PlatformEntity>(
    service: string,
    options: ServiceOptions<Data>,
    act: EntityAction<Data, E>,
  ): Unsubscribe => {
    const { scope } = this.#hub;
    const checked = checkOffer(this.domain, service, options as ServiceOptions<never>);
    const name = `${checked.domain}.${checked.service}`;
    if (typeof act !== 'function')
      throw new InvalidOptionError(`Expected a function for \`${name}\`, got ${quote(act)}.`);
    if (this.#offers.has(name))
      throw new InvalidOptionError(`${scope.name} offers \`${name}\` already.`);
    const offer: EntityOffer = {
      ...checked,
      owner: scope.name,
      entities: this.#entities,
      act: act as EntityOffer['act'],
    };
    const remove = this.#services.add(offer);
    this.#offers.set(name, offer);
    const end = unsubscribe(() => {
      this.#offers.delete(name);
      scope.detach(owned);
      remove();
    });
    const owned = { name: `entity service ${name}`, silence: end };
    scope.attach(owned);
    return end;
  };

  /** Adds one entity; if it cannot be, that is reported and nothing of it is left. */
  async #add(entity: PlatformEntity, isUpdatedFirst: boolean, signal: AbortSignal): Promise<void> {
    const { scope } = this.#hub;
    let called: unknown = this.domain;
    let added: AddedEntity | undefined;
    let release: (() => void) | undefined;
    try {
      called = nameOf(entity) ?? called;
      expectNew(entity);
      if (isUpdatedFirst && entity.update)
        await this.#inTurn(() => updateEarly(entity, this.#hub, signal), signal);
      signal.throwIfAborted(); // it may not have listened
      expectNew(entity);
      const chosen = chooseName(this.#hub, entity, {
        domain: this.domain,
        integration: this.#integration,
      });
      ({ release } = chosen);
      added = new AddedEntity(entity, chosen.entityId, this.#hub);
      this.#keep(added, release);
      await added.enter();
    } catch (error) {
      await added?.remove().catch(() => undefined);
      release?.();
      if (signal.aborted) return;
      const name = `add ${String(called)}`;
      scope.report({ error, source: 'integration', owner: scope.name, name });
    }
  }

  #keep(added: AddedEntity, release: () => void): void {
    this.#entities.set(added.entityId, added);
    this.#refreshOffers();
    added.hub.scope.own(() => {
      this.#entities.delete(added.entityId);
      this.#refreshOffers();
      release();
      if (this.#entities.size === 0) this.#polling.rest();
    }, 'platform');
  }

  #refreshOffers(): void {
    for (const offer of this.#offers.values()) this.#services.refresh(offer);
  }

  #update(added: AddedEntity, signal: AbortSignal): Promise<void> {
    return this.#inTurn(() => added.entity.shouldPoll && added.update(signal), signal);
  }

  async #inTurn(update: () => unknown, signal: AbortSignal): Promise<void> {
    if (this.#updates) await this.#updates.run(update, signal);
    else await update();
  }
}

function wantsPolling({ entity, isWritable }: AddedEntity): boolean {
  try {
    return isWritable && entity.shouldPoll && entity.update !== undefined;
  } catch {
    return true; // its update will tell of that
  }
}

/** @throws InvalidOptionError */
function listOf(entities: Iterable<PlatformEntity>): PlatformEntity[] {
  if (typeof (entities as Iterable<PlatformEntity> | undefined)?.[Symbol.iterator] === 'function')
    return [...entities];
  throw new InvalidOptionError(`Expected a list of entities, got ${quote(entities)}.`);
}

/** @throws InvalidOptionError when it is no entity, or is part of a hub already. */
function expectNew(entity: PlatformEntity): void {
  if (typeof entity !== 'object' || entity === null)
    throw new InvalidOptionError(`Expected an entity, got ${quote(entity)}.`);
  if (addedEntity(entity)?.hub.scope.closed === false)
    throw new InvalidOptionError(`The entity ${nameOf(entity) ?? ''} was added already.`);
}

function nameOf(entity: Partial<PlatformEntity> | null | undefined): string | null | undefined {
  return entity?.entityId ?? entity?.name ?? entity?.uniqueId;
}
