/**
 * Runs the questions of this folder, each in a process of its own, so that none is compiled for
 * the shapes of another. `npm run bench`, or `npm run bench fire` for those whose name contains it.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { measure, type Answer, type Question, type Result } from './harness.js';

const HERE = new URL('.', import.meta.url);
const RESULTS = new URL('results/', HERE);
const SUFFIX = '.bench.ts';
const UNSTEADY = 0.35;

const wanted = process.argv[2] ?? '';
const all = readdirSync(HERE)
  .filter((file) => file.endsWith(SUFFIX))
  .map((file) => file.slice(0, -SUFFIX.length))
  .sort();
const names = all.includes(wanted) ? [wanted] : all.filter((name) => name.includes(wanted));

if (names.length === 0) {
  console.error(`There is no question with "${wanted}" in its name.`);
  process.exitCode = 1;
} else if (names.length === 1) await ask(names[0] ?? '');
else {
  const ended = names.map(askInOwnProcess);
  process.exitCode = ended.every((isOk) => isOk) ? 0 : 1;
}

function askInOwnProcess(name: string): boolean {
  const args = [...process.execArgv, fileURLToPath(import.meta.url), name];
  return spawnSync(process.execPath, args, { stdio: 'inherit' }).status === 0;
}

async function ask(name: string): Promise<void> {
  const file = (await import(new URL(name + SUFFIX, HERE).href)) as { default: Question };
  const result = await measure(file.default);
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(new URL(`${name}.json`, RESULTS), `${JSON.stringify(result, null, 2)}\n`);
  console.log(`\n${name}: ${result.question}\n\n${table(result)}`);
}

function table({ answers, unit }: Result): string {
  const rows = [['', `ns/${unit}`, '× floor', `B/${unit}`, 'goal'], ...answers.map(row)];
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((cells) => cells[i]?.length ?? 0)));
  return rows
    .map((cells) =>
      cells
        .map((cell, i) =>
          i === 0 ? cell.padEnd(widths?.[i] ?? 0) : cell.padStart(widths?.[i] ?? 0),
        )
        .join('   ')
        .trimEnd(),
    )
    .join('\n');
}

function row(answer: Answer): string[] {
  const { name, nsPerOp, timesFloor, spread, bytesPerOp, goal, isGoalMet } = answer;
  return [
    name,
    `${spread > UNSTEADY ? '~' : ''}${figure(nsPerOp)}`,
    timesFloor.toFixed(2),
    bytesPerOp === null ? '-' : figure(bytesPerOp),
    goal === null ? '' : `${isGoalMet ? 'met' : 'MISSED'} (${goal})`,
  ];
}

function figure(value: number): string {
  return value < 100 ? value.toFixed(1) : Math.round(value).toLocaleString('en');
}
