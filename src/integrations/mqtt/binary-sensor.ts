import { Countdown } from './countdown.js';
import type { BinarySensorConfig } from './discovery-schema.js';
import { ExpiringEntity } from './expiring-entity.js';
import type { MqttMessage } from './message.js';
import type { EntityHost, Reader } from './mqtt-entity.js';
import { onOrOff } from './on-off.js';

/** A thing that is on or off, such as a door that is open or not. */
export class MqttBinarySensor extends ExpiringEntity<BinarySensorConfig> {
  readonly #offDelay = new Countdown();
  #isOn: boolean | null = null;

  constructor(config: BinarySensorConfig, host: EntityHost) {
    super('binary_sensor', config, host);
  }

  override get state(): string | null {
    return this.#isOn === null ? null : this.#isOn ? 'on' : 'off';
  }

  override onAdded(): void {
    this.hub.scope.own(() => this.#offDelay.stop(), 'off delay');
    super.onAdded();
  }

  override configure(config: BinarySensorConfig): void {
    if (config.off_delay === undefined) this.#offDelay.stop();
    super.configure(config);
  }

  protected override readers(): readonly Reader[] {
    return [{ topic: this.config.state_topic, read: (message) => this.#read(message) }];
  }

  protected override facts(): Readonly<Record<string, unknown>> {
    return {};
  }

  #read(message: MqttMessage): void {
    const { value_template, payload_on: on, payload_off: off, off_delay } = this.config;
    const value = value_template ? value_template(message) : message.text;
    if (value === undefined || value === '') return; // it tells of something else
    this.#isOn = onOrOff(message, value, { on, off });
    this.refresh();
    this.#offDelay.stop();
    if (this.#isOn && off_delay !== undefined)
      this.#offDelay.start(off_delay, () => {
        this.#isOn = false;
        this.show();
      });
  }
}
