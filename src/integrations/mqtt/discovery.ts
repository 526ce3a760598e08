import { type Entities, type Hub, sleep } from 'rxhome';
import {
  type Announcement,
  isKnownComponent,
  parseAnnouncement,
  parseDiscoveryTopic,
} from './announcement.js';
import { MqttBinarySensor } from './binary-sensor.js';
import type { CommonConfig } from './discovery-schema.js';
import type { Component } from './discovery-schema.js';
import { wishedEntityId } from './entity-name.js';
import { MqttMessageError } from './errors.js';
import { MqttLight } from './light.js';
import type { MqttMessage } from './message.js';
import type { EntityHost, MqttEntity } from './mqtt-entity.js';
import { MqttSensor } from './sensor.js';
import { MqttSwitch } from './switch.js';

export type AddEntities = Entities['addEntities'];

export interface DiscoveryOptions {
  readonly prefix: string;
  /** Whether entities are shown that their device wants hidden at first. */
  readonly disabledEntities: boolean;
}

interface Discovered {
  readonly topic: string;
  readonly text: string;
  readonly component: Component;
  readonly uniqueId: string | undefined;
  /** None of one that is hidden. */
  readonly entity: MqttEntity<CommonConfig> | undefined;
}

/** Announcements that are worked off before others get their turn. */
const AT_ONCE = 25;

/**
 * Makes entities of what devices announce, changes those that are announced anew, and takes away
 * those whose announcement is empty; one after the other, and of each entity only what was said last.
 */
export class Discovery {
  readonly #hub: Hub;
  readonly #host: EntityHost;
  readonly #options: DiscoveryOptions;
  readonly #adders: ReadonlyMap<string, AddEntities>;
  readonly #known = new Map<string, Discovered>();
  readonly #waiting = new Map<string, MqttMessage>();
  readonly #unknownComponents = new Set<string>();
  #isWorking = false;

  /** `adders` has what adds entities, by their kind. */
  constructor(
    hub: Hub,
    host: EntityHost,
    adders: ReadonlyMap<string, AddEntities>,
    options: DiscoveryOptions,
  ) {
    this.#hub = hub;
    this.#host = host;
    this.#adders = adders;
    this.#options = options;
  }

  /** Listens to announcements, those that the broker has kept included. */
  start(): void {
    const { prefix } = this.#options;
    const take = (message: MqttMessage): void => this.#take(message);
    for (const ids of ['+/+', '+/+/+'])
      this.#host.connection.subscribe(`${prefix}/${ids}/config`, 0, take);
  }

  #take(message: MqttMessage): void {
    const { topic } = message;
    try {
      const { component, id } = parseDiscoveryTopic(topic, this.#options.prefix);
      if (!isKnownComponent(component)) {
        this.#ignore(component);
        return;
      }
      this.#waiting.set(`${component} ${id}`, message);
    } catch (error) {
      this.#host.complaints.report(topic, error);
      return;
    }
    if (this.#isWorking) return;
    this.#isWorking = true;
    void this.#hub.createTask((signal) => this.#work(signal), { name: 'discover entities' });
  }

  #ignore(component: string): void {
    if (this.#unknownComponents.has(component) || this.#unknownComponents.size > AT_ONCE) return;
    this.#unknownComponents.add(component);
    const { logger, scope } = this.#hub;
    logger.info(`${scope.name}: a device announces a \`${component}\`, which is not known here.`);
  }

  async #work(signal: AbortSignal): Promise<void> {
    try {
      for (let done = 1; !signal.aborted; done++) {
        const [next] = this.#waiting;
        if (!next) return;
        const [identity, message] = next;
        this.#waiting.delete(identity);
        await this.#attempt(identity, message);
        if (done % AT_ONCE === 0) await sleep(0, { signal });
      }
    } finally {
      this.#isWorking = false;
    }
  }

  async #attempt(identity: string, message: MqttMessage): Promise<void> {
    const { complaints } = this.#host;
    const { topic } = message;
    try {
      if (message.payload.byteLength === 0) await this.#remove(identity);
      else await this.#apply(identity, message);
      complaints.withdraw(topic);
    } catch (error) {
      complaints.report(topic, error);
    }
  }

  async #remove(identity: string): Promise<void> {
    const known = this.#known.get(identity);
    this.#known.delete(identity);
    await known?.entity?.remove();
  }

  async #apply(identity: string, message: MqttMessage): Promise<void> {
    const { text, topic } = message;
    const [component = ''] = identity.split(' ');
    const known = this.#known.get(identity);
    if (known?.text === text || !isKnownComponent(component)) return;
    const announcement = parseAnnouncement(component, message);
    const { config } = announcement;
    this.#expectUnique(identity, component, config, topic);
    const isShown = config.enabled_by_default || this.#options.disabledEntities;
    const found = { topic, text, component, uniqueId: config.unique_id };
    if (known?.entity && isShown && known.uniqueId === config.unique_id) {
      this.#known.set(identity, { ...found, entity: known.entity });
      known.entity.configure(config);
      return;
    }
    await this.#remove(identity);
    const entity = isShown ? entityOf(announcement, this.#host) : undefined;
    if (entity && !(await this.#add(component, entity, config))) return; // that was reported
    this.#known.set(identity, { ...found, entity });
  }

  async #add(
    component: Component,
    entity: MqttEntity<CommonConfig>,
    config: CommonConfig,
  ): Promise<boolean> {
    entity.entityId = wishedEntityId(this.#hub, component, config);
    await this.#adders.get(component)?.([entity]);
    return entity.entityId !== undefined && entity.isAdded;
  }

  /** @throws MqttMessageError naming both topics. */
  #expectUnique(
    identity: string,
    component: Component,
    { unique_id: uniqueId }: CommonConfig,
    topic: string,
  ): void {
    if (uniqueId === undefined) return;
    for (const [other, known] of this.#known)
      if (other !== identity && known.component === component && known.uniqueId === uniqueId)
        throw new MqttMessageError(
          `The announcement on \`${topic}\` is wrong: \`unique_id\`: the ${component} of \`${known.topic}\` has \`${uniqueId}\` already.`,
        );
  }
}

function entityOf(announcement: Announcement, host: EntityHost): MqttEntity<CommonConfig> {
  const { component } = announcement;
  switch (component) {
    case 'sensor':
      return new MqttSensor(announcement.config, host);
    case 'binary_sensor':
      return new MqttBinarySensor(announcement.config, host);
    case 'switch':
      return new MqttSwitch(announcement.config, host);
    case 'light':
      return new MqttLight(announcement.config, host);
  }
}
