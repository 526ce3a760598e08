/**
 * Runs the questions of this folder, each in a process of its own, so that none is compiled for
 * the shapes of another. `npm run bench`, or `npm run bench fire` for those whose name contains it.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { installRivals, rivalVersions } from './harness/installed-rivals.js';
import { measure, type Question } from './harness/question.js';
import type { Result } from './harness/result.js';
import { carryOut, type Survey } from './harness/survey.js';
import { cells, goalCells, textTable } from './harness/table.js';

const HERE = new URL('.', import.meta.url);
const RESULTS = new URL('results/', HERE);
const SUFFIX = '.bench.ts';

const wanted = process.argv[2] ?? '';
const all = readdirSync(HERE)
  .filter((file) => file.endsWith(SUFFIX))
  .map((file) => file.slice(0, -SUFFIX.length))
  .sort();
const names = all.includes(wanted) ? [wanted] : all.filter((name) => name.includes(wanted));

if (names.length === 0) {
  console.error(`There is no question with "${wanted}" in its name.`);
  process.exitCode = 1;
} else {
  installRivals();
  if (names.length === 1) await ask(names[0] ?? '');
  else askAll();
}

function askAll(): void {
  const answered = names.filter((name) => askInOwnProcess(name));
  const lines = goalCells(answered.map((name) => read(name)));
  console.log(`\n${textTable(lines, 3)}`);
  process.exitCode = answered.length === names.length ? 0 : 1;
}

function askInOwnProcess(name: string): boolean {
  const args = [...process.execArgv, fileURLToPath(import.meta.url), name];
  return spawnSync(process.execPath, args, { stdio: 'inherit' }).status === 0;
}

async function ask(name: string): Promise<void> {
  const file = (await import(new URL(name + SUFFIX, HERE).href)) as { default: Question | Survey };
  const asked = file.default;
  const answer = await ('variants' in asked ? carryOut(asked) : measure(asked));
  const result: Result = { ...answer, versions: rivalVersions() };
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(new URL(`${name}.json`, RESULTS), `${JSON.stringify(result, null, 2)}\n`);
  console.log(`\n${name}: ${result.question}\n\n${textTable(cells(result))}`);
  if (result.goals.length > 0) {
    const goals = goalCells([result]).map(([, ...line]) => line);
    console.log(`\n${textTable(goals.slice(1), 2)}`);
  }
}

function read(name: string): Result {
  return JSON.parse(readFileSync(new URL(`${name}.json`, RESULTS), 'utf8')) as Result;
}
