import type { Controlled } from './controls.js';
import type { SwitchConfig } from './discovery-schema.js';
import type { MqttMessage } from './message.js';
import { type EntityHost, MqttEntity, type Reader } from './mqtt-entity.js';
import { onOrOff } from './on-off.js';

/** Something that can be switched on and off. */
export class MqttSwitch extends MqttEntity<SwitchConfig> implements Controlled {
  #isOn: boolean | null = null;

  constructor(config: SwitchConfig, host: EntityHost) {
    super('switch', config, host);
  }

  get isOn(): boolean | null {
    return this.#isOn;
  }

  override get state(): string | null {
    return this.#isOn === null ? null : this.#isOn ? 'on' : 'off';
  }

  async turnOn(): Promise<void> {
    await this.#send(this.config.payload_on, true);
  }

  async turnOff(): Promise<void> {
    await this.#send(this.config.payload_off, false);
  }

  protected override readers(): readonly Reader[] {
    const { state_topic: topic } = this.config;
    return topic === undefined ? [] : [{ topic, read: (message) => this.#read(message) }];
  }

  protected override facts(): Readonly<Record<string, unknown>> {
    return { assumed_state: this.#isAssumed ? true : undefined };
  }

  /** Nobody tells what it is: it is taken for what it was told to be. */
  get #isAssumed(): boolean {
    return this.config.optimistic || this.config.state_topic === undefined;
  }

  async #send(payload: string, isOn: boolean): Promise<void> {
    const { command_topic, qos, retain } = this.config;
    await this.host.connection.publish(command_topic, payload, { qos, retain });
    if (!this.#isAssumed) return;
    this.#isOn = isOn;
    this.show();
  }

  #read(message: MqttMessage): void {
    const { value_template, payload_on, payload_off } = this.config;
    const { state_on: on = payload_on, state_off: off = payload_off } = this.config;
    const value = value_template ? value_template(message) : message.text;
    if (value === undefined || value === '') return; // it tells of something else
    this.#isOn = onOrOff(message, value, { on, off });
  }
}
