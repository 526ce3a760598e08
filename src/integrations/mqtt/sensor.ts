import type { SensorConfig } from './discovery-schema.js';
import { ExpiringEntity } from './expiring-entity.js';
import type { MqttMessage } from './message.js';
import type { EntityHost, Reader } from './mqtt-entity.js';

const NONE = 'None';

/** A value that a device tells. */
export class MqttSensor extends ExpiringEntity<SensorConfig> {
  #value: string | null = null;
  #lastReset: string | undefined;

  constructor(config: SensorConfig, host: EntityHost) {
    super('sensor', config, host);
  }

  override get state(): string | null {
    return this.#value;
  }

  protected override readers(): readonly Reader[] {
    return [{ topic: this.config.state_topic, read: (message) => this.#read(message) }];
  }

  protected override facts(): Readonly<Record<string, unknown>> {
    const { unit_of_measurement, state_class, options } = this.config;
    return { unit_of_measurement, state_class, options, last_reset: this.#lastReset };
  }

  #read(message: MqttMessage): void {
    const { value_template, last_reset_value_template } = this.config;
    const value = value_template ? value_template(message) : message.text;
    const lastReset = last_reset_value_template?.(message);
    if (lastReset) this.#lastReset = lastReset;
    if (value === undefined || value === '') return; // it tells of something else
    this.refresh();
    this.#value = value === NONE ? null : value;
  }
}
