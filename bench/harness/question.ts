import { type Asked, type Column, makeResult, type Result, roundsOf, type Goal } from './result.js';

/** One way to answer a question. */
export interface Rival {
  /** Does the operation `iterations` times; what it makes ready beforehand is not counted. */
  run(iterations: number): void | Promise<void>;
  /** `run` is asked for multiples of this only. @default 1 */
  batch?: number;
  /**
   * What "bytes per operation" means here. By default: what `run` allocates. A function: it makes
   * `count` of them and returns what holds them; measured is what then stays on the heap.
   * `false`: not measured, as for work on other threads.
   */
  bytes?: false | ((count: number) => unknown);
  /** Ends threads and timers of the rival. */
  end?(): void | Promise<void>;
}

/** How long one operation takes: rivals at the same work, in turns. */
export interface Question<R extends string = string> extends Asked {
  /** What one operation is. @default 'op' */
  readonly unit?: string;
  /** The rival that does the least that can be done; the others are shown as multiples of it. */
  readonly floor: NoInfer<R>;
  readonly goals?: readonly Goal<NoInfer<R>>[];
  /** For what takes long. @default 15 */
  readonly rounds?: number;
  /**
   * A sample is the quickest of so many: where most of the time is waiting for the system to wake a
   * thread, which takes it 10 or 100 µs as it pleases. @default 1
   */
  readonly quickestOf?: number;
  /** Called once each, before anything is measured. */
  readonly rivals: Readonly<Record<R, () => Rival | Promise<Rival>>>;
}

const ROUNDS = 15;
const SAMPLE_MS = 25;
const WARM_UP_MS = 250;
const HEAP_SAMPLES = 7;
const HEAP_SAMPLE_BYTES = 1_000_000; // small enough that no garbage collection falls into it
const HEAP_COUNT = 10_000;

/** Checks the types of a question. */
export function question<const R extends string>(asked: Question<R>): Question<R> {
  return asked;
}

/** Measures the rivals of a question, taking turns in one process: A B C A B C ... */
export async function measure(asked: Question): Promise<Result> {
  const rounds = roundsOf(asked.rounds ?? ROUNDS);
  const contenders: Contender[] = [];
  for (const [name, make] of Object.entries(asked.rivals)) {
    const rival = await make();
    contenders.push({ name, rival, iterations: rival.batch ?? 1, samples: [] });
  }

  for (const contender of contenders) await warmUp(contender);
  for (let round = 0; round < rounds; round++)
    for (const { rival, iterations, samples } of contenders) {
      collectGarbage('minor'); // each pays for its own garbage
      let ms = Infinity;
      for (let i = 0; i < (asked.quickestOf ?? 1); i++)
        ms = Math.min(ms, await time(rival, iterations));
      samples.push((ms * 1e6) / iterations);
    }

  const measured = new Map<string, { ns: number[]; bytes: number[] }>();
  for (const { name, rival, iterations, samples } of contenders)
    measured.set(name, { ns: samples, bytes: await bytesPerOperation(rival, iterations) });
  for (const { rival } of contenders) await rival.end?.();

  const unit = asked.unit ?? 'op';
  const columns: Column[] = [
    { key: 'ns', title: `ns/${unit}`, unit: 'ns' },
    { key: 'bytes', title: `B/${unit}`, unit: 'B' },
  ];
  return makeResult(asked, columns, measured, rounds, asked.floor);
}

interface Contender {
  readonly name: string;
  readonly rival: Rival;
  /** As many as take about `SAMPLE_MS`. */
  iterations: number;
  /** Nanoseconds per operation, one for each round. */
  readonly samples: number[];
}

/** Milliseconds that `iterations` operations take. */
async function time(rival: Rival, iterations: number): Promise<number> {
  const from = performance.now();
  const running = rival.run(iterations);
  if (running !== undefined) await running;
  return performance.now() - from;
}

/** Runs until the code is compiled, and finds how many operations make a sample. */
async function warmUp(contender: Contender): Promise<void> {
  const { batch = 1 } = contender.rival;
  const until = performance.now() + WARM_UP_MS;
  do {
    const ms = await time(contender.rival, contender.iterations);
    const factor = Math.min(ms > 0 ? SAMPLE_MS / ms : 10, 10);
    contender.iterations = Math.max(1, Math.round((contender.iterations * factor) / batch)) * batch;
  } while (performance.now() < until);
}

async function bytesPerOperation(rival: Rival, iterations: number): Promise<number[]> {
  const { bytes } = rival;
  const samples: number[] = [];
  if (bytes === false) return samples;
  const count = bytes ? HEAP_COUNT : await allocationSample(rival, iterations);
  for (let i = 0; i < HEAP_SAMPLES; i++) {
    const taken = await (bytes ? heldBytes(bytes, count) : allocatedBytes(rival, count));
    samples.push(Math.max(0, taken) / count);
  }
  return samples;
}

/** How many operations allocate about `HEAP_SAMPLE_BYTES`. */
async function allocationSample(rival: Rival, iterations: number): Promise<number> {
  const { batch = 1 } = rival;
  const few = batch > 1 ? batch : Math.min(iterations, 100);
  const perOp = Math.max(1, (await allocatedBytes(rival, few)) / few);
  const many = Math.min(iterations, Math.floor(HEAP_SAMPLE_BYTES / perOp));
  return Math.max(1, Math.floor(many / batch)) * batch;
}

async function allocatedBytes(rival: Rival, count: number): Promise<number> {
  collectGarbage('major');
  const before = process.memoryUsage().heapUsed;
  const running = rival.run(count);
  if (running !== undefined) await running;
  return process.memoryUsage().heapUsed - before;
}

async function heldBytes(make: (count: number) => unknown, count: number): Promise<number> {
  collectGarbage('major');
  const before = process.memoryUsage().heapUsed;
  const held = [await make(count)];
  collectGarbage('major');
  const after = process.memoryUsage().heapUsed;
  held.pop(); // it was alive until here
  return after - before;
}

function collectGarbage(type: 'minor' | 'major'): void {
  if (!globalThis.gc) throw new Error('Run it with `npm run bench`: it needs --expose-gc.');
  globalThis.gc({ type });
}
