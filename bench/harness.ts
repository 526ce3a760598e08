import { cpus } from 'node:os';

/** One way to answer a question. */
export interface Rival {
  /** Does the operation `iterations` times; what it makes ready beforehand is not counted. */
  run(iterations: number): void | Promise<void>;
  /**
   * What "bytes per operation" means here. By default: what `run` allocates. A function: it makes
   * `count` of them and returns what holds them; measured is what then stays on the heap.
   * `false`: not measured, as for work on other threads.
   */
  bytes?: false | ((count: number) => unknown);
  /** Ends threads and timers of the rival. */
  end?(): void | Promise<void>;
}

/** What a file `NN-name.bench.ts` exports as default: rivals at the same work. */
export interface Question<R extends string = string> {
  /** The question, in words. */
  readonly name: string;
  /** What one operation is. @default 'op' */
  readonly unit?: string;
  /** The rival that does the least that can be done; the others are shown as multiples of it. */
  readonly floor: NoInfer<R>;
  /** The multiple of the floor that a rival is meant to stay within. Shown, never enforced. */
  readonly goal?: Readonly<Partial<Record<NoInfer<R>, number>>>;
  /** Called once each, before anything is measured. */
  readonly rivals: Readonly<Record<R, () => Rival | Promise<Rival>>>;
}

/** What was measured of one rival. */
export interface Answer {
  readonly name: string;
  /** Median over the rounds. */
  readonly nsPerOp: number;
  /** Median of the ratios to the floor, each taken within one round. */
  readonly timesFloor: number;
  /** Distance of the quartiles of `nsPerOp`, as a part of it: above 0.35 read the magnitude only. */
  readonly spread: number;
  readonly bytesPerOp: number | null;
  readonly goal: number | null;
  readonly isGoalMet: boolean | null;
}

/** All that was measured for one question, and where. */
export interface Result {
  readonly question: string;
  readonly unit: string;
  readonly floor: string;
  readonly rounds: number;
  readonly node: string;
  readonly cpu: string;
  readonly answers: readonly Answer[];
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
export async function measure(asked: Question, rounds = roundsWanted()): Promise<Result> {
  if (!(asked.floor in asked.rivals)) throw new Error(`There is no rival "${asked.floor}".`);
  const contenders: Contender[] = [];
  for (const [name, make] of Object.entries(asked.rivals))
    contenders.push({ name, rival: await make(), iterations: 1, samples: [] });

  for (const contender of contenders) await warmUp(contender);
  for (let round = 0; round < rounds; round++)
    for (const { rival, iterations, samples } of contenders) {
      collectGarbage('minor'); // each pays for its own garbage
      samples.push(((await time(rival, iterations)) * 1e6) / iterations);
    }

  const floor = contenders.find(({ name }) => name === asked.floor)?.samples ?? [];
  const answers: Answer[] = [];
  for (const contender of contenders) {
    const goal = asked.goal?.[contender.name] ?? null;
    answers.push(await answer(contender, floor, goal));
  }
  for (const { rival } of contenders) await rival.end?.();
  return {
    question: asked.name,
    unit: asked.unit ?? 'op',
    floor: asked.floor,
    rounds,
    node: process.version,
    cpu: cpus()[0]?.model ?? 'unknown',
    answers,
  };
}

interface Contender {
  readonly name: string;
  readonly rival: Rival;
  /** As many as take about `SAMPLE_MS`. */
  iterations: number;
  /** Nanoseconds per operation, one for each round. */
  readonly samples: number[];
}

function roundsWanted(): number {
  const wanted = Number(process.env['BENCH_ROUNDS'] ?? ROUNDS);
  if (Number.isInteger(wanted) && wanted > 0) return wanted;
  throw new Error('Expected BENCH_ROUNDS to be a positive integer.');
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
  const until = performance.now() + WARM_UP_MS;
  do {
    const ms = await time(contender.rival, contender.iterations);
    const factor = ms > 0 ? SAMPLE_MS / ms : 10;
    contender.iterations = Math.max(1, Math.round(contender.iterations * Math.min(factor, 10)));
  } while (performance.now() < until);
}

async function answer(contender: Contender, floor: number[], goal: number | null): Promise<Answer> {
  const { name, rival, samples } = contender;
  const ratios = samples.map((sample, round) => sample / (floor[round] ?? NaN));
  const nsPerOp = quantile(samples, 0.5);
  const timesFloor = quantile(ratios, 0.5);
  return {
    name,
    nsPerOp,
    timesFloor,
    spread: (quantile(samples, 0.75) - quantile(samples, 0.25)) / nsPerOp,
    bytesPerOp: await bytesPerOperation(rival, contender.iterations),
    goal,
    isGoalMet: goal === null ? null : timesFloor <= goal,
  };
}

async function bytesPerOperation(rival: Rival, iterations: number): Promise<number | null> {
  const { bytes } = rival;
  if (bytes === false) return null;
  const count = bytes ? HEAP_COUNT : await allocationSample(rival, iterations);
  const perOp: number[] = [];
  for (let i = 0; i < HEAP_SAMPLES; i++)
    perOp.push(
      (bytes ? await heldBytes(bytes, count) : await allocatedBytes(rival, count)) / count,
    );
  return Math.max(0, quantile(perOp, 0.5));
}

/** How many operations allocate about `HEAP_SAMPLE_BYTES`. */
async function allocationSample(rival: Rival, iterations: number): Promise<number> {
  const few = Math.min(iterations, 100);
  const perOp = Math.max(1, (await allocatedBytes(rival, few)) / few);
  return Math.max(1, Math.min(iterations, Math.floor(HEAP_SAMPLE_BYTES / perOp)));
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

/** The value below which the `part` of the values lies; the median at 0.5. */
function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * part;
  const [low, high] = [sorted[Math.floor(place)] ?? NaN, sorted[Math.ceil(place)] ?? NaN];
  return low + (high - low) * (place % 1);
}
