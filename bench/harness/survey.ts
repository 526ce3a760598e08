import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Asked, type Column, type Goal, makeResult, type Result, roundsOf } from './result.js';

/** What whole runs come to: start-up, growth, a day, a home. */
export interface Survey<R extends string = string> extends Asked {
  readonly columns: readonly Column[];
  readonly goals?: readonly Goal<NoInfer<R>>[];
  /** @default 5 */
  readonly rounds?: number;
  /** Each does the whole of it once, and gives a figure for each column; they take turns. */
  readonly variants: Readonly<Record<R, () => Promise<Figures> | Figures>>;
}

/** By the key of the column. One that is left out could not be measured. */
export type Figures = Readonly<Record<string, number>>;

const ROUNDS = 5;
const ROOT = new URL('../../', import.meta.url);

/** Checks the types of a survey. */
export function survey<const R extends string>(asked: Survey<R>): Survey<R> {
  return asked;
}

/** Takes all variants in turns. */
export async function carryOut(asked: Survey): Promise<Result> {
  const rounds = roundsOf(asked.rounds ?? ROUNDS);
  const measured = new Map<string, Record<string, number[]>>();
  for (let round = 0; round < rounds; round++)
    for (const [name, run] of Object.entries(asked.variants)) {
      const figures = await run();
      const samples = measured.get(name) ?? {};
      for (const [key, value] of Object.entries(figures)) (samples[key] ??= []).push(value);
      measured.set(name, samples);
    }
  return makeResult(asked, asked.columns, measured, rounds);
}

/** Runs a program in a process of its own and takes the figures that it prints as JSON. */
export async function inProcess(...args: readonly string[]): Promise<Figures> {
  const child = spawn(process.execPath, args, {
    cwd: fileURLToPath(ROOT),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`\`node ${args.join(' ')}\` ended with ${String(code)}.`);
  return JSON.parse(out) as Figures;
}

/** The path of a program of this folder. */
export function program(name: string): string {
  return fileURLToPath(new URL(`../programs/${name}`, import.meta.url));
}
