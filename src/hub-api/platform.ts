import type { ConfigEntry } from './config-entry.js';
import type { Hub } from './hub.js';
import type { Task } from '../jobs/task.js';
import type { Unsubscribe } from '../ownership/unsubscribe.js';
import type { ServiceData, ServiceOptions } from './services.js';

/** What an entity shows: text, number, boolean; `null` is written as `unknown`. */
export type EntityState = string | number | boolean | null;

/** What a platform can add. The class `Entity` is one; extend that. */
export interface PlatformEntity {
  /** `domain.object_id`; chosen by the platform when it is not given. */
  entityId?: string | undefined;
  /** What stays the same when the name changes: one per domain and integration. `null`: none. */
  readonly uniqueId: string | null;
  readonly name: string | null;
  readonly state: EntityState;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Whether the device can be reached; if not, the state is `unavailable`. */
  readonly available: boolean;
  /** Whether the platform calls `update` in its rhythm. */
  readonly shouldPoll: boolean;
  /** Whether a state that is written again counts as a change. @default false */
  readonly forceUpdate?: boolean;
  /** Fetches what `state` shows. The signal aborts when the entity is removed. */
  update?(signal: AbortSignal): unknown;
  /** It has its id and its hub; its first state is written when this has ended. */
  onAdded?(): unknown;
  /** It is gone: nothing that its hub is asked for has an effect any more. */
  onRemoved?(): unknown;
}

/** The entities of one kind that somebody has: `sensor`, `light`. */
export interface Entities {
  /** The kind: the first part of the ids. */
  readonly domain: string;
  /**
   * Adds entities, each on its own: one that cannot be added is reported and left out. Resolves
   * when all the others have their first state. May be taken apart: it needs no `this`.
   */
  readonly addEntities: (
    entities: Iterable<PlatformEntity>,
    options?: AddEntitiesOptions,
  ) => Task<void>;
  /**
   * The entities of this platform obey a service of their domain, whatever other integrations have
   * that obey it too: `registerEntityService('turn_on', { schema }, (light: Lamp, data) => light.turnOn(data))`.
   *
   * `schema` is for the data without the target. A call names its entities by `entityId`: one,
   * several, or `all`, which leaves out those that cannot be reached. They act side by side, each as a
   * task of its own owner; one that fails keeps no other from it, and then the call rejects with an
   * `EntityServiceError` that names it, or with a `ServiceValidationError` when all that went wrong is
   * what was asked for: an entity that there is not, that is unavailable, or data that its own schema
   * does not take. With `returnResponse` the answer has what each entity gave, by id.
   *
   * The service is there from the first entity that obeys it to the last; the offer ends when it is
   * unsubscribed or its owner is unloaded. One that was registered by hand before stays, with a
   * warning. May be taken apart: it needs no `this`.
   *
   * @throws InvalidOptionError for a name or an option that is none, for a second offer of the same
   * platform, and when others who offer it have another `supportsResponse`.
   */
  readonly registerEntityService: <Data = ServiceData, E extends PlatformEntity = PlatformEntity>(
    service: string,
    options: ServiceOptions<Data>,
    act: EntityAction<Data, E>,
  ) => Unsubscribe;
}

/**
 * What an entity does when it is told to: the data without the target, as the schema has made it;
 * the signal aborts when the call is cancelled or the entity is removed. What it returns is its answer.
 */
export type EntityAction<Data = ServiceData, E extends PlatformEntity = PlatformEntity> = (
  entity: E,
  data: Data,
  signal: AbortSignal,
) => unknown;

export interface AddEntitiesOptions {
  /** Calls `update` of each first; one that fails is not added. @default false */
  readonly updateBeforeAdd?: boolean;
}

/** The part of an integration that makes entities of one kind. */
export interface Platform<
  Data = Readonly<Record<string, unknown>>,
  Runtime = unknown,
> extends PollingOptions {
  /** Adds the entities of an entry; called by `forwardEntrySetups`. */
  setupEntry(hub: Hub, entry: ConfigEntry<Data, Runtime>, platform: Entities): unknown;
}

/** How entities that want to be polled are polled. */
export interface PollingOptions {
  /** How many are updated at once; 0: all. @default 1 */
  readonly parallelUpdates?: number;
  /** The time from one round to the next, in milliseconds above 0. @default 30_000 */
  readonly scanIntervalMs?: number;
}
