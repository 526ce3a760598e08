import { describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const runners = 'spec/testing/runners';
const quiet = '--disable-warning=ExperimentalWarning';
const sources = ['--import', 'tsx', '--conditions=rxhome-source', quiet];

/** The tests of a runner by name, each with what it failed with; `''` if it passed. */
type Verdicts = Readonly<Record<string, string>>;

/** Runs Node in the folder of the repository, without the marks that jest leaves on its children. */
function node(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { PATH, HOME, ...env },
    timeout: 80_000,
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  child.stderr.on('data', (chunk) => (output += String(chunk)));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => resolve(output));
  });
}

async function inTemporaryFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'rxhome-runner-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface JsonReport {
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly title: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** Runs a test runner that writes the JSON of jest to a file. */
function reported(args: readonly string[]): Promise<Verdicts> {
  return inTemporaryFolder(async (folder) => {
    const file = join(folder, 'report.json');
    const output = await node([...args, `--outputFile=${file}`], { VITEST_CACHE: folder });
    try {
      const { testResults } = JSON.parse(readFileSync(file, 'utf8')) as JsonReport;
      const tests = testResults
        .flatMap(({ assertionResults }) => assertionResults)
        .filter(({ status }) => status === 'passed' || status === 'failed');
      return Object.fromEntries(
        tests.map(({ title, failureMessages }) => [title, failureMessages.join('\n')]),
      );
    } catch (cause) {
      throw new Error(output, { cause });
    }
  });
}

async function onNodeTest(): Promise<Verdicts> {
  const args = [...sources, '--test-reporter=tap', `${runners}/home.node.ts`];
  const output = await node(args);
  const results = [...output.matchAll(/^ *(not )?ok \d+ - (.*)\n((?:.*\n)*? *\.\.\.\n)/gm)];
  return Object.fromEntries(results.map(([, not, name, said]) => [name, not ? (said ?? '') : '']));
}

/** What all runners have in common: each test says by its name what it should do. */
function expectVerdicts(verdicts: Verdicts, count: number): void {
  const tests = Object.entries(verdicts).filter(([name]) => /^(passes|fails): /.test(name));
  const wrong = tests.filter(([name, failure]) => name.startsWith('passes') !== (failure === ''));
  expect(wrong).toEqual([]);
  expect(tests.length).toBe(count);
  expect(verdicts['fails: a marble test']).toMatch(/expected {2}--a\|\n +actual {4}-a-\|/);
  expect(verdicts['fails: a leak']).toMatch(/left something behind.*task `endless` of hub/);
}

const vitest = ['node_modules/vitest/vitest.mjs', 'run', `--config=${runners}/vitest.config.ts`];
const jest = ['--experimental-vm-modules', quiet, 'node_modules/jest/bin/jest.js'];

describe('a test file of', () => {
  it('vitest, without globals', async () => {
    const verdicts = await reported([...vitest, '--reporter=json']);
    expectVerdicts(verdicts, 9);
    const marbles = verdicts['fails: marbles that wait for real work which never ends'];
    expect(marbles).toContain('NeverSettledError: What the test had begun');
  }, 90_000);

  it('vitest, with globals', async () => {
    const most = '--testNamePattern=^(?!.*real work)';
    expectVerdicts(await reported([...vitest, '--globals', most, '--reporter=json']), 8);
  }, 90_000);

  it('node:test', async () => {
    const verdicts = await onNodeTest();
    expectVerdicts(verdicts, 9);
    expect(verdicts['fails: await using, with a leak']).toContain('`endless`');
    expect(verdicts['fails: a test that takes too long']).toContain('timed out');
  }, 90_000);

  it('jest', async () => {
    const match = `--testMatch=**/${runners}/home.jest.ts`;
    const verdicts = await reported([...jest, match, '--json', '--ci']);
    expectVerdicts(verdicts, 7);
    const marbles = verdicts['fails: marbles that wait for real work which never ends'];
    expect(marbles).toMatch(/Exceeded timeout[^]*NeverSettledError: What the test had begun/);
  }, 90_000);
});

it('imports no runner', async () => {
  const hook = `export async function resolve(specifier, context, next) {
    if (/jest|vitest|node:test/.test(specifier)) throw new Error('It imports ' + specifier);
    return next(specifier, context);
  }`;
  const script = `
    import { register } from 'node:module';
    register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hook)}));
    const { marbles } = await import('rxhome/testing');
    await marbles(({ hub }) => hub.start());
    const refused = await import('rxhome/testing/vitest').catch((error) => error.message);
    process.stdout.write(String(refused));`;
  const output = await node([...sources, '--input-type=module', '--eval', script]);
  expect(output).toBe('It imports rxhome/testing/vitest');
}, 60_000);
