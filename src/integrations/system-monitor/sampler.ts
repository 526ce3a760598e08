import type { Entities, Hub } from 'rxhome';
import type { Reading } from './readings.js';
import { SensorEntity } from './sensor-entity.js';
import type { SensorKey } from './sensors.js';

/**
 * Takes readings and shows them by their sensors, which are added when something is known of them.
 * Each reading is on its own: one that fails makes its sensors unavailable, is told once, and once
 * more when it works again. The others go on.
 */
export class Sampler {
  readonly #hub: Hub;
  readonly #slug: string;
  readonly #addEntities: Entities['addEntities'];
  readonly #failing = new Set<string>();
  readonly #sensors = new Map<SensorKey, SensorEntity>();

  /** Sensors are called `sensor.<slug>_<key>`. */
  constructor(hub: Hub, slug: string, { addEntities }: Entities) {
    this.#hub = hub;
    this.#slug = slug;
    this.#addEntities = addEntities;
  }

  /** Resolves when all of them have been taken; never rejects for what a reading throws. */
  async sample(readings: readonly Reading[]): Promise<void> {
    await Promise.all(readings.map((reading) => this.#take(reading)));
  }

  async #take(reading: Reading): Promise<void> {
    const { logger, scope } = this.#hub;
    try {
      const values = await reading.read();
      if (scope.closed) return; // unloaded meanwhile
      for (const key of reading.sensors) {
        const value = values[key];
        if (value !== undefined) this.#show(key, value);
      }
      if (this.#failing.delete(reading.name))
        logger.info(`${scope.name}: ${reading.name} can be read again.`);
    } catch (error) {
      if (scope.closed) return;
      for (const key of reading.sensors) this.#show(key, null);
      if (this.#failing.has(reading.name)) return;
      this.#failing.add(reading.name);
      const reason = error instanceof Error ? error.message : String(error);
      logger.warn(`${scope.name}: ${reading.name} cannot be read: ${reason}`, { error });
    }
  }

  #show(key: SensorKey, value: number | null): void {
    const known = this.#sensors.get(key);
    if (known) {
      known.show(value);
      return;
    }
    const sensor = new SensorEntity(this.#slug, key, value);
    this.#sensors.set(key, sensor);
    void this.#addEntities([sensor]);
  }
}
