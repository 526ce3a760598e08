import type { Hub } from 'rxhome';
import type { Reading } from './readings.js';
import { attributesOf, SENSORS, type SensorKey } from './sensors.js';

/**
 * Takes readings and writes their sensors, each reading on its own: one that fails makes its
 * sensors unavailable, is told once, and once more when it works again. The others go on.
 */
export class Sampler {
  readonly #hub: Hub;
  readonly #prefix: string;
  readonly #failing = new Set<string>();
  readonly #written = new Set<string>();

  /** Entities are called `sensor.<slug>_<key>`. */
  constructor(hub: Hub, slug: string) {
    this.#hub = hub;
    this.#prefix = `sensor.${slug}_`;
  }

  /** Resolves when all of them have been written; never rejects for what a reading throws. */
  async sample(readings: readonly Reading[]): Promise<void> {
    await Promise.all(readings.map((reading) => this.#take(reading)));
  }

  /** Forgets the sensors. */
  removeAll(): void {
    for (const entityId of this.#written) this.#hub.states.remove(entityId);
    this.#written.clear();
  }

  async #take(reading: Reading): Promise<void> {
    const { logger, scope } = this.#hub;
    try {
      const values = await reading.read();
      if (scope.closed) return; // unloaded meanwhile
      for (const key of reading.sensors) {
        const value = values[key];
        if (value !== undefined) this.#write(key, value);
      }
      if (this.#failing.delete(reading.name))
        logger.info(`${scope.name}: ${reading.name} can be read again.`);
    } catch (error) {
      if (scope.closed) return;
      for (const key of reading.sensors) this.#write(key, null);
      if (this.#failing.has(reading.name)) return;
      this.#failing.add(reading.name);
      const reason = error instanceof Error ? error.message : String(error);
      logger.warn(`${scope.name}: ${reading.name} cannot be read: ${reason}`, { error });
    }
  }

  #write(key: SensorKey, value: number | null): void {
    const entityId = this.#prefix + key;
    const isKnown = value !== null && Number.isFinite(value);
    const text = isKnown ? String(Number(value.toFixed(SENSORS[key].digits))) : 'unavailable';
    this.#hub.states.set(entityId, text, attributesOf(key));
    this.#written.add(entityId);
  }
}
