/**
 * Runs every example as a program of its own and compares what it prints with what it promises.
 * `npm run examples`, or `npm run examples 03` for those whose name contains it.
 */
import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { compareOutput } from './compare-output.js';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const TIME_LIMIT_MS = 20_000;

const wanted = process.argv[2] ?? '';
const names = (await readdir(FOLDER))
  .filter((name) => /^\d\d-.*\.ts$/.test(name) && name.includes(wanted))
  .sort();
const waiting = [...names];
let failures = 0;

await Promise.all(Array.from({ length: availableParallelism() }, runThoseWaiting));
console.log(`${names.length - failures} of ${names.length} examples are as promised`);
process.exitCode = failures > 0 || names.length === 0 ? 1 : 0;

async function runThoseWaiting(): Promise<void> {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    const problems = await runExample(FOLDER + name);
    if (problems.length > 0) failures++;
    console.log([`${problems.length > 0 ? 'DIFF' : 'ok  '} ${name}`, ...problems].join('\n     '));
  }
}

/** One line per thing that is not as promised. */
async function runExample(file: string): Promise<string[]> {
  const [source, run] = await Promise.all([readFile(file, 'utf8'), runProgram(file)]);
  const problems = compareOutput(source, run.stdout);
  if (run.isTooLate) problems.push(`had not ended after ${TIME_LIMIT_MS / 1000} s`);
  else if (run.exitCode !== 0) problems.push(`ended with exit code ${run.exitCode}`);
  if (problems.length > 0 && run.stderr !== '') problems.push(...run.stderr.trimEnd().split('\n'));
  return problems;
}

interface Run {
  stdout: string;
  stderr: string;
  exitCode: number | null;
  isTooLate: boolean;
}

function runProgram(file: string): Promise<Run> {
  return new Promise((resolve, reject) => {
    const flags = ['--import', 'tsx', '--conditions=rxhome-source'];
    const child = spawn(process.execPath, [...flags, file], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined },
    });
    const run: Run = { stdout: '', stderr: '', exitCode: null, isTooLate: false };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (run.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (run.stderr += text));
    const limit = setTimeout(() => {
      run.isTooLate = child.kill('SIGKILL');
    }, TIME_LIMIT_MS);
    child.once('error', reject);
    child.once('close', (exitCode) => {
      clearTimeout(limit);
      resolve({ ...run, exitCode });
    });
  });
}
