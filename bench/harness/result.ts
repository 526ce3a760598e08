import { cpus, platform, release } from 'node:os';
import type { Work } from './works.js';

/** What a figure counts. `×` is a ratio. */
export type Unit = 'ns' | 'ms' | 'B' | '/s' | '%' | '×' | '';

/** A column of the table. */
export interface Column {
  readonly key: string;
  readonly title: string;
  readonly unit: Unit;
}

/** What a rival is meant to reach. It is shown and never enforced: no gate depends on time. */
export interface Goal<R extends string = string> {
  /** What is measured, in words that stand alone behind those of the work. */
  readonly what: string;
  readonly rival: R;
  /** The key of a column. @default the first one */
  readonly figure?: string;
  /** The goal is a multiple of what this rival has in the same round; otherwise an absolute. */
  readonly of?: R;
  readonly atMost: number;
}

/** A goal, and what came out. */
export interface Outcome {
  readonly what: string;
  /** `1.3 × EventEmitter`, `100 B`. */
  readonly atMost: number;
  readonly unit: Unit;
  readonly of: string | null;
  /** `null`: could not be measured here. */
  readonly ours: number | null;
  readonly isMet: boolean | null;
}

/** What was measured of one rival. */
export interface Row {
  readonly name: string;
  /** By column: the median over the rounds. `null`: not measured. */
  readonly figures: Readonly<Record<string, number | null>>;
  /** The quartiles of the first figure are so far apart that only its magnitude can be read. */
  readonly isUnsteady: boolean;
  /** Distance of the quartiles of the first figure, as a part of it. */
  readonly spread: number;
}

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly os: string;
  readonly node: string;
  readonly date: string;
}

/** All that was measured for one question, and where. */
export interface Result {
  readonly question: string;
  readonly work: Work;
  readonly rounds: number;
  readonly machine: Machine;
  /** Of the packages it was compared with. */
  readonly versions: Readonly<Record<string, string>>;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  readonly goals: readonly Outcome[];
  /** What one has to know to read it. Markdown. */
  readonly note: string;
}

/** What was measured of one rival: by column, a value for each round. */
export type Samples = Readonly<Record<string, readonly number[]>>;

/** What both kinds of questions have in common. */
export interface Asked {
  /** The question, in words. */
  readonly name: string;
  readonly work: Work;
  readonly goals?: readonly Goal[];
  /** What one has to know to read it: what the rivals leave out, why we lose. Markdown. */
  readonly note?: string;
}

const UNSTEADY = 0.35;
const RATIO = 'times';

/** Makes medians of the samples; with a `floor`, also how many times it each rival takes. */
export function makeResult(
  asked: Asked,
  columns: readonly Column[],
  measured: ReadonlyMap<string, Samples>,
  rounds: number,
  floor?: string,
): Result {
  const main = columns[0]?.key ?? '';
  const base = floor === undefined ? undefined : (measured.get(floor)?.[main] ?? []);
  const rows = [...measured].map(([name, samples]): Row => {
    const figures: Record<string, number | null> = {};
    for (const { key } of columns) figures[key] = median(samples[key] ?? []);
    if (base) figures[RATIO] = median(ratios(samples[main] ?? [], base));
    const spread = spreadOf(samples[main] ?? []);
    return { name, figures, spread, isUnsteady: spread > UNSTEADY };
  });
  const [first, ...others] = columns;
  const ratio: Column = { key: RATIO, title: '× floor', unit: '×' };
  return {
    question: asked.name,
    work: asked.work,
    rounds,
    machine: thisMachine(),
    versions: {},
    columns: base && first ? [first, ratio, ...others] : columns,
    rows,
    goals: (asked.goals ?? []).map((goal) => outcome(goal, columns, measured)),
    note: asked.note ?? '',
  };
}

function outcome(
  { what, rival, figure, of, atMost }: Goal,
  columns: readonly Column[],
  measured: ReadonlyMap<string, Samples>,
): Outcome {
  const column = figure === undefined ? columns[0] : columns.find(({ key }) => key === figure);
  if (!column) throw new Error(`The goal "${what}" names no column: ${String(figure)}.`);
  for (const name of [rival, of ?? rival])
    if (!measured.has(name)) throw new Error(`The goal "${what}" names no rival: ${name}.`);
  const samples = measured.get(rival)?.[column.key] ?? [];
  const base = of === undefined ? undefined : (measured.get(of)?.[column.key] ?? []);
  const ours = median(base ? ratios(samples, base) : samples);
  const unit = base ? '×' : column.unit;
  return { what, atMost, unit, of: of ?? null, ours, isMet: ours === null ? null : ours <= atMost };
}

/** Each taken within one round, so that what disturbs a round disturbs both. */
function ratios(samples: readonly number[], base: readonly number[]): number[] {
  return samples.map((sample, round) => sample / (base[round] ?? NaN));
}

function median(samples: readonly number[]): number | null {
  return samples.length === 0 ? null : quantile(samples, 0.5);
}

function spreadOf(samples: readonly number[]): number {
  const middle = quantile(samples, 0.5);
  return middle > 0 ? (quantile(samples, 0.75) - quantile(samples, 0.25)) / middle : 0;
}

/** The value below which the `part` of the values lies; the median at 0.5. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * part;
  const [low, high] = [sorted[Math.floor(place)] ?? NaN, sorted[Math.ceil(place)] ?? NaN];
  return low + (high - low) * (place % 1);
}

function thisMachine(): Machine {
  const all = cpus();
  return {
    cpu: all[0]?.model.trim() ?? 'unknown',
    cores: all.length,
    os: `${platform()} ${release()}`,
    node: process.version,
    date: new Date().toISOString().slice(0, 10),
  };
}

/** How many rounds: what the environment says, else what the question wants. */
export function roundsOf(wanted: number): number {
  const given = process.env['BENCH_ROUNDS'];
  if (given === undefined) return wanted;
  const rounds = Number(given);
  if (Number.isInteger(rounds) && rounds > 0) return rounds;
  throw new Error('Expected BENCH_ROUNDS to be a positive integer.');
}
