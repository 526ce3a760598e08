import { Entity, type Hub, workerModule } from 'rxhome';
import { z } from 'zod';

const worker = workerModule<typeof import('./primes.worker.js')>(
  new URL('./primes.worker.js', import.meta.url),
);

const LARGEST = 20_000_000;
const belowError = `expected a whole number from 2 to ${LARGEST}`;
const schema = z.strictObject({
  below: z
    .int({ error: belowError })
    .min(2, { error: belowError })
    .max(LARGEST, { error: belowError })
    .default(1_000_000),
});

/** `sensor.primes`: how many there are below the number that was asked for last. */
export class Primes extends Entity {
  override entityId = 'sensor.primes';
  override readonly name = 'Prime numbers';
  override readonly uniqueId = 'primes';
  override readonly shouldPoll = false;
  #count: number | null = null;
  #below: number | null = null;

  override get state(): number | null {
    return this.#count;
  }

  override get attributes(): Readonly<Record<string, unknown>> {
    return { below: this.#below };
  }

  show(count: number, below: number): void {
    this.#count = count;
    this.#below = below;
    this.writeState();
  }
}

/** `house.count_primes { below }`: counts in a worker, and shows it. */
export function offerCounting(hub: Hub, primes: Primes): void {
  hub.services.register(
    'house',
    'count_primes',
    async ({ data: { below }, signal }) => {
      const count = await hub.addExecutorJob(worker.primesBelow.with({ signal }), below);
      signal.throwIfAborted();
      primes.show(count, below);
      return { count, below };
    },
    { schema, supportsResponse: 'optional' },
  );
}
