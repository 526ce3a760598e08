import { InvalidEntityIdError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';
import type { Hub } from '../hub-api/hub.js';
import type { ServiceCall } from '../hub-api/services.js';
import { PerHub } from '../ownership/per-hub.js';
import { isEntityId } from '../states/entity-id.js';
import type { StateValue } from '../states/state-text.js';

export interface FakeEntityOptions {
  readonly state?: StateValue;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** A thing of the home that a test plays. */
export interface FakeEntity {
  readonly entityId: string;
  /** The text of its state now. */
  readonly state: string | undefined;
  /** It does something: its state, and attributes over those it has. */
  set(state: StateValue, attributes?: Readonly<Record<string, unknown>>): void;
  /** It cannot be reached any more. */
  fail(): void;
  /** It is gone. */
  remove(): void;
}

/** The ids of all fake entities of a hub. */
const fakes = new PerHub(() => new Set<string>());

/**
 * Puts an entity into the hub that obeys: `turn_on`, `turn_off` and `toggle` of its domain change
 * its state when they are aimed at it, the data of `turn_on` becoming attributes. Services that are
 * there already are left alone, and so are entities that are no fakes.
 *
 *     const lamp = fakeEntity(hub, 'light.hall', { state: 'off' });
 *     await hub.services.call('light', 'turn_on', { brightness: 80 }, { target: { entityId: 'light.hall' } });
 *     lamp.state; // 'on'
 *
 * @throws InvalidEntityIdError
 */
export function fakeEntity(
  hub: Hub,
  entityId: string,
  { state = 'off', attributes = {} }: FakeEntityOptions = {},
): FakeEntity {
  if (!isEntityId(entityId))
    throw new InvalidEntityIdError(
      `Expected an entity id like \`light.hall\`, got ${quote(entityId)}.`,
    );
  const [domain = ''] = entityId.split('.');
  const now = (): Readonly<Record<string, unknown>> => hub.states.get(entityId)?.attributes ?? {};
  const entity: FakeEntity = {
    entityId,
    get state() {
      return hub.states.get(entityId)?.state;
    },
    set: (next, more = {}) => hub.states.set(entityId, next, { ...now(), ...more }),
    fail: () => hub.states.set(entityId, 'unavailable', now()),
    remove: () => void hub.states.remove(entityId),
  };
  hub.states.set(entityId, state, attributes);
  fakes.of(hub.scope).add(entityId);
  obey(hub, domain);
  return entity;
}

/** The services of a domain, for all its fake entities. */
function obey(hub: Hub, domain: string): void {
  const offer = (service: string, next: (state: string | undefined) => string): void => {
    if (hub.services.has(domain, service)) return;
    hub.services.register(domain, service, ({ data }: ServiceCall) => {
      const { entityId, ...rest } = data;
      for (const id of [entityId].flat() as string[]) {
        const old = fakes.of(hub.scope).has(id) ? hub.states.get(id) : undefined;
        if (old?.domain !== domain) continue;
        const more = service === 'turn_on' ? rest : {};
        hub.states.set(id, next(old.state), { ...old.attributes, ...more });
      }
    });
  };
  offer('turn_on', () => 'on');
  offer('turn_off', () => 'off');
  offer('toggle', (state) => (state === 'on' ? 'off' : 'on'));
}
