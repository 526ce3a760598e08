import { CoordinatorEntity, DataUpdateCoordinator, Entity, EntityPlatform } from 'rxhome';
import { createTestHub } from 'rxhome/testing';

/**
 * A home in plain Node (the realm of a test runner is several times slower): prints how long it
 * lived, what it did, and how much memory it had after a tenth of its time and at the end.
 */
const hours = Number(process.argv[2] ?? 10_000);
const everyMs = Number(process.argv[3] ?? 3_600_000);
const COORDINATORS = 20;

let reads = 0;
const hub = createTestHub();

/** A part of what a coordinator fetches. */
class Part extends CoordinatorEntity<number> {
  override readonly name: string;

  constructor(coordinator: DataUpdateCoordinator<number>, index: number) {
    super(coordinator);
    this.name = `${coordinator.name} ${index}`;
  }

  override get state(): number | null {
    return this.coordinator.data ?? null;
  }
}

/** One that is asked itself. */
class Polled extends Entity {
  override readonly name: string;
  #value = 0;

  constructor(index: number) {
    super();
    this.name = `Polled ${index}`;
  }

  override get state(): number {
    return this.#value;
  }

  override async update(): Promise<void> {
    this.#value = await Promise.resolve(++reads % 100);
  }
}

let fetches = 0;
async function fetchReading(): Promise<number> {
  return Promise.resolve(++fetches % 1_000);
}

function heapUsed(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

await hub.start();
const meters = new EntityPlatform(hub, { domain: 'sensor', integration: 'meters' });
for (let i = 0; i < COORDINATORS; i++) {
  const options = { name: `Meter ${i}`, updateIntervalMs: everyMs, update: fetchReading };
  const coordinator = new DataUpdateCoordinator(hub, options);
  void meters.addEntities([1, 2, 3, 4].map((part) => new Part(coordinator, part)));
}
const platform = { domain: 'sensor', integration: 'sensors', scanIntervalMs: everyMs };
const polled = Array.from({ length: 20 }, (_, index) => new Polled(index));
void new EntityPlatform(hub, platform).addEntities(polled);

const began = process.hrtime.bigint();
await hub.advance((hours / 10) * 3_600_000);
const before = heapUsed();
await hub.advance((hours - hours / 10) * 3_600_000);
const growth = heapUsed() - before;
const seconds = Number(process.hrtime.bigint() - began) / 1e9;
const entities = hub.states.count('sensor');
const { frame } = hub.clock ?? { frame: 0 };
await hub[Symbol.asyncDispose]();
const failures = hub.errors.length;
process.stdout.write(
  JSON.stringify({ frame, entities, fetches, reads, growth, failures, seconds }),
);
