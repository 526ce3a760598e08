import { Entity } from 'rxhome';
import { Availability } from './availability.js';
import type { Complaints } from './complaints.js';
import type { Connection } from './connection.js';
import type { CommonConfig, Component } from './discovery-schema.js';
import { friendlyName } from './entity-name.js';
import { MqttMessageError } from './errors.js';
import { type MqttMessage, shown } from './message.js';

/** What entities need of the entry to which they belong. */
export interface EntityHost {
  readonly connection: Connection;
  readonly complaints: Complaints;
}

/** What an entity does with the messages of one topic. */
export interface Reader {
  readonly topic: string;
  readonly read: (message: MqttMessage) => void;
}

// What an entity says of itself; its device cannot say it of it.
const RESERVED: ReadonlySet<string> = new Set([
  'device_class',
  'entity_id',
  'entity_picture',
  'friendly_name',
  'icon',
  'state',
  'unique_id',
  'unit_of_measurement',
]);

/**
 * An entity that a device has announced. It listens to the topics that it was told, and is
 * unavailable while there is no connection or its device is away.
 */
export abstract class MqttEntity<Config extends CommonConfig> extends Entity {
  readonly #component: Component;
  readonly #host: EntityHost;
  #config: Config;
  #availability: Availability;
  #said: Readonly<Record<string, unknown>> = {};
  #unsubscribe: readonly (() => void)[] = [];

  constructor(component: Component, config: Config, host: EntityHost) {
    super();
    this.#component = component;
    this.#host = host;
    this.#config = config;
    this.#availability = new Availability(config);
  }

  /** What its state is made of. */
  protected abstract readers(): readonly Reader[];
  /** What is known of it beside its state. */
  protected abstract facts(): Readonly<Record<string, unknown>>;

  protected get config(): Config {
    return this.#config;
  }

  protected get host(): EntityHost {
    return this.#host;
  }

  override get name(): string {
    return friendlyName(this.#component, this.#config);
  }

  override get uniqueId(): string | null {
    return this.#config.unique_id ?? null;
  }

  override get available(): boolean {
    return this.#host.connection.isConnected && this.#availability.isAvailable;
  }

  override get attributes(): Readonly<Record<string, unknown>> {
    const { device_class, icon, entity_picture } = this.#config;
    const all = { ...this.#said, device_class, icon, entity_picture, ...this.facts() };
    return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  }

  override onAdded(): void {
    const { scope } = this.hub;
    scope.own(this.#host.connection.status$.subscribe(() => this.show()));
    scope.own(() => this.#silence(), 'subscriptions');
    this.#listen();
  }

  /** Its device has announced it anew: it stays, with its state, and listens to what is said now. */
  configure(config: Config): void {
    this.#config = config;
    this.#availability = new Availability(config);
    this.#silence();
    this.#listen();
    this.show();
  }

  /** Writes what it shows; what cannot be shown is reported. */
  protected show(): void {
    try {
      if (this.isAdded) this.writeState();
    } catch (error) {
      this.complain('state', error);
    }
  }

  protected complain(topic: string, error: unknown): void {
    this.#host.complaints.report(`${topic} for ${this.entityId ?? this.name}`, error);
  }

  #listen(): void {
    const { json_attributes_topic: said, json_attributes_template: template, qos } = this.#config;
    const readers: Reader[] = [...this.readers()];
    for (const topic of this.#availability.topics)
      readers.push({ topic, read: (message) => this.#availability.read(message) });
    if (said !== undefined)
      readers.push({
        topic: said,
        read: (message) => {
          const text = template?.(message);
          if (!template) this.#said = attributesIn(message, message.json);
          else if (text) this.#said = attributesIn(message, JSON.parse(text));
        },
      });
    const topics = new Set(readers.map(({ topic }) => topic));
    this.#unsubscribe = [...topics].map((topic) => {
      const those = readers.filter((one) => one.topic === topic);
      return this.#host.connection.subscribe(topic, qos, (message) => this.#take(message, those));
    });
  }

  /** All that one message says is shown in one go. */
  #take(message: MqttMessage, readers: readonly Reader[]): void {
    for (const { read } of readers) {
      try {
        read(message);
      } catch (error) {
        this.complain(message.topic, error);
      }
    }
    this.show();
  }

  #silence(): void {
    for (const end of this.#unsubscribe) end();
    this.#unsubscribe = [];
  }
}

function attributesIn(message: MqttMessage, value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new MqttMessageError(
      `Expected an object with attributes on \`${message.topic}\`, got ${shown(message.text)}.`,
    );
  return Object.fromEntries(Object.entries(value).filter(([key]) => !RESERVED.has(key)));
}
