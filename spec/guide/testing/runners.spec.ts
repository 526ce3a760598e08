import { expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = fileURLToPath(new URL('.', import.meta.url));
const onVitest = fileURLToPath(new URL('./home.vitest.ts', import.meta.url));
const onNode = fileURLToPath(new URL('./home.node.ts', import.meta.url));

/** What Node prints, without the marks that jest leaves on its children. */
function node(args: readonly string[], env: Readonly<Record<string, string>>): Promise<string> {
  const { PATH, HOME } = process.env;
  const options = { cwd: root, env: { PATH, HOME, NO_COLOR: '1', ...env }, timeout: 80_000 };
  const child = spawn(process.execPath, args, options);
  let output = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  child.stderr.on('data', (chunk) => (output += String(chunk)));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => resolve(output));
  });
}

it('runs on vitest', async () => {
  const cache = mkdtempSync(join(tmpdir(), 'rxhome-guide-'));
  try {
    const config = `${root}spec/testing/runners/vitest.config.ts`;
    const args = ['run', `--config=${config}`, `--root=${folder}`, '--reporter=verbose', onVitest];
    const output = await node(['node_modules/vitest/vitest.mjs', ...args], { VITEST_CACHE: cache });
    expect(output).toMatch(/✓ .*knows the light/);
    expect(output).toMatch(/× .*does not know the porch/);
    expect(output).toContain('Expected `light.porch` to be any state; it is not known to the hub.');
  } finally {
    rmSync(cache, { recursive: true, force: true });
  }
}, 90_000);

it('runs on node:test', async () => {
  const args = ['--import', 'tsx', '--conditions=rxhome-source', '--test-reporter=tap', onNode];
  const output = await node(args, {});
  expect(output).toMatch(/^ok \d+ - knows the light$/m);
  expect(output).toMatch(/^not ok \d+ - does not end$/m);
  expect(output).toMatch(/left something behind.*task `endless` of hub/);
}, 90_000);
