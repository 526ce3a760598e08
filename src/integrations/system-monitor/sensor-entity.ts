import { Entity } from 'rxhome';
import { type SensorDescription, SENSORS, type SensorKey } from './sensors.js';

/** One sensor of the monitor: the value that was read last. */
export class SensorEntity extends Entity {
  override entityId: string;
  override readonly shouldPoll = false;
  override readonly name: string;
  override readonly uniqueId: string;
  readonly #about: SensorDescription;
  #value: number | null;

  /** Its id is `sensor.<slug>_<key>`. */
  constructor(slug: string, key: SensorKey, value: number | null) {
    super();
    this.#about = SENSORS[key];
    this.#value = value;
    this.name = this.#about.name;
    this.uniqueId = `${slug}_${key}`;
    this.entityId = `sensor.${this.uniqueId}`;
  }

  override get available(): boolean {
    return this.#value !== null && Number.isFinite(this.#value);
  }

  override get state(): number | null {
    return this.#value === null ? null : Number(this.#value.toFixed(this.#about.digits));
  }

  override get attributes(): Readonly<Record<string, unknown>> {
    const { unit, deviceClass } = this.#about;
    return {
      state_class: 'measurement',
      ...(unit !== undefined && { unit_of_measurement: unit }),
      ...(deviceClass !== undefined && { device_class: deviceClass }),
    };
  }

  /** Shows another value; `null` when there is none. */
  show(value: number | null): void {
    this.#value = value;
    if (this.isAdded) this.writeState();
  }
}
