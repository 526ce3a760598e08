/**
 * Writes docs/performance.md from the results: `node --import tsx bench/write-performance.ts`, from what
 * `npm run bench` has left in `bench/results/`. What stands there was measured; nothing is written by hand but the notes,
 * which stand beside each question, and `why.md`.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Outcome, Result } from './harness/result.js';
import { cells, figure, goalCells, markdownTable } from './harness/table.js';

const HERE = new URL('.', import.meta.url);
const RESULTS = new URL('results/', HERE);
const PAGE = new URL('../docs/performance.md', HERE);
const SUFFIX = '.bench.ts';

const HOW = `How it is measured:

- \`npm run bench\` asks all of it again, \`npm run bench fire\` what has \`fire\` in its name; the built package is
  what is measured. Compare ratios, not nanoseconds: those change with the machine and its neighbours.
- The rivals of a question take turns in one process (A B C A B C …), warmed up, in samples of about 25 ms. A figure is the
  median of the rounds. \`× floor\` is the median of the ratios, each of one round.
- The floor is the least code that can do the work at all, written by hand, with none of the promises.
- \`~\` marks what is unsteady: its quartiles lie more than 35 % apart. Read the magnitude only.
- Bytes are what one operation allocates, in a pass of its own without garbage collection, or what it leaves on the
  heap while it is held, where the question says so.`;

const questions = readdirSync(HERE)
  .filter((file) => file.endsWith(SUFFIX))
  .map((file) => file.slice(0, -SUFFIX.length))
  .sort();
const answered = questions.flatMap((name) => {
  const result = read(name);
  return result ? [{ name, result }] : [];
});
const missing = questions.filter((name) => !answered.some((one) => one.name === name));
if (missing.length > 0) {
  console.error(`Not measured yet: ${missing.join(', ')}. \`npm run bench\` measures all.`);
  process.exitCode = 1;
} else {
  writeFileSync(PAGE, page());
  console.log('Written: docs/performance.md');
}

function page(): string {
  const results = answered.map(({ result }) => result);
  const lost = results.flatMap(({ goals }) => goals).filter(({ isMet }) => isMet === false);
  const parts = [
    '<!-- Written by bench/write-performance.ts. -->',
    '# Performance',
    measuredOn(results),
    HOW,
    '## The goals',
    markdownTable(goalCells(results), 3),
    '## Where we lose',
    lost.length === 0 ? 'No goal is missed.' : lost.map(lostLine).join('\n'),
    readFileSync(new URL('why.md', HERE), 'utf8').trim(),
    '## Each question',
    ...answered.flatMap(({ name, result }) => section(name, result)),
  ];
  return `${parts.join('\n\n')}\n`;
}

function measuredOn(results: readonly Result[]): string {
  const [first] = results;
  if (!first) return '';
  const all = new Set(results.map(({ machine }) => JSON.stringify(machine)));
  const { cpu, cores, os, node, date } = first.machine;
  const versions = Object.entries(first.versions).map(([name, version]) => `${name} ${version}`);
  const differing = all.size > 1 ? ' Not all on one day or machine: see `bench/results/`.' : '';
  return `Measured on ${date}: Node ${node}, ${cores} cores of ${cpu}, ${os}.${differing}
Compared with ${versions.join(', ')}.`;
}

function lostLine({ what, atMost, unit, of, ours }: Outcome): string {
  const goal = of === null ? `${atMost} ${unit}` : `${atMost} × ${of}`;
  return `- ${what}: ${figure(ours, unit)} ${unit}, where ${goal} was wanted.`;
}

function section(name: string, result: Result): string[] {
  const { question, rounds, note } = result;
  const asked = `\`npm run bench ${name}\`, ${rounds} rounds.`;
  const parts = [`### ${question}`, markdownTable(cells(result)), asked];
  if (note !== '') parts.push(note);
  return parts;
}

function read(name: string): Result | undefined {
  try {
    return JSON.parse(readFileSync(new URL(`${name}.json`, RESULTS), 'utf8')) as Result;
  } catch {
    return undefined;
  }
}
