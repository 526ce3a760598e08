import { type Hub, HubKey, ServiceValidationError } from 'rxhome';
import type { z } from 'zod';
import { lightOn, type LightOn, switchAll, turnOff, type TurnOff } from './control-schemas.js';

/** An entity that can be told to be on or off. */
export interface Controlled {
  readonly entityId?: string | undefined;
  readonly available: boolean;
  /** `null`: not known. */
  readonly isOn: boolean | null;
  turnOn(wishes: LightOn): Promise<void>;
  turnOff(wishes: TurnOff): Promise<void>;
}

type Domain = 'light' | 'switch';
type Act = (entity: Controlled, wishes: LightOn) => Promise<void>;

interface Command {
  readonly service: string;
  readonly schema: Readonly<Record<Domain, z.ZodType<LightOn>>>;
  readonly act: Act;
}

const COMMANDS: readonly Command[] = [
  {
    service: 'turn_on',
    schema: { light: lightOn, switch: switchAll },
    act: (entity, wishes) => entity.turnOn(wishes),
  },
  {
    service: 'turn_off',
    schema: { light: turnOff, switch: switchAll },
    act: (entity, wishes) => entity.turnOff(wishes),
  },
  {
    service: 'toggle',
    schema: { light: lightOn, switch: switchAll },
    act: (entity, wishes) => (entity.isOn ? entity.turnOff(wishes) : entity.turnOn(wishes)),
  },
];

const KEY = new HubKey<ControlledEntities>('mqtt');

/**
 * The lights and switches of all entries of this integration, behind the services by which they are
 * controlled. A name has one handler in a hub, so one is registered for all of them: with the first
 * entity, until the last one is gone. It is the hub's own, because entries come and go.
 */
export class ControlledEntities {
  readonly #hub: Hub;
  readonly #domains = new Map<Domain, Map<string, Controlled>>();
  readonly #ends = new Map<Domain, readonly (() => void)[]>();

  constructor(hub: Hub) {
    this.#hub = hub;
  }

  /** Those of a hub; `root` is the hub itself, and not one of an entry. */
  static of(root: Hub): ControlledEntities {
    const known = root.data.get(KEY);
    if (known) return known;
    const made = new ControlledEntities(root);
    root.data.set(KEY, made);
    return made;
  }

  /** Makes an entity one that can be controlled. @returns ends that */
  add(domain: Domain, entity: Controlled): () => void {
    const entities = this.#domains.get(domain) ?? new Map<string, Controlled>();
    const { entityId = '' } = entity;
    this.#domains.set(domain, entities.set(entityId, entity));
    if (!this.#ends.has(domain)) this.#ends.set(domain, this.#register(domain));
    return () => {
      entities.delete(entityId);
      if (entities.size > 0) return;
      for (const end of this.#ends.get(domain) ?? []) end();
      this.#ends.delete(domain);
    };
  }

  #register(domain: Domain): readonly (() => void)[] {
    const { services, logger } = this.#hub;
    return COMMANDS.flatMap(({ service, schema, act }) => {
      const owner = services.all()[domain]?.[service]?.owner;
      if (owner !== undefined) {
        logger.warn(
          `\`${domain}.${service}\` is offered by ${owner} already, so it cannot control what mqtt has.`,
        );
        return [];
      }
      return services.register<LightOn>(
        domain,
        service,
        ({ data }) => this.#control(domain, data, act),
        { schema: schema[domain] },
      );
    });
  }

  /** Commands all that can be; what cannot is told afterwards. */
  async #control(domain: Domain, wishes: LightOn, act: Act): Promise<void> {
    const entities = this.#domains.get(domain);
    const results = await Promise.allSettled(
      wishes.entityId.map(async (entityId) => {
        const entity = entities?.get(entityId);
        if (!entity) throw refused(`mqtt has no \`${entityId}\`.`);
        if (!entity.available) throw refused(`\`${entityId}\` is unavailable.`);
        await act(entity, wishes);
      }),
    );
    const failures = results.filter(({ status }) => status === 'rejected');
    const errors = failures.map((one) => (one as PromiseRejectedResult).reason as unknown);
    if (errors.length === 0) return;
    if (errors.length === 1) throw errors[0];
    throw new AggregateError(errors, errors.map(String).join(' '));
  }
}

function refused(message: string): ServiceValidationError {
  return new ServiceValidationError(message, [{ path: 'entityId', message }]);
}
