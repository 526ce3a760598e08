import { expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const HOUR_MS = 3_600_000;
const program = fileURLToPath(new URL('runners/ten-thousand-hours.ts', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));

it('lets a home live for ten thousand hours, in seconds and in the same memory', async () => {
  const args = ['--import', 'tsx', '--conditions=rxhome-source', '--expose-gc', program];
  const { PATH, HOME } = process.env;
  const options = { cwd: root, env: { PATH, HOME }, timeout: 110_000 };
  const { stdout } = await promisify(execFile)(process.execPath, args, options);
  const { growth, seconds, ...lived } = JSON.parse(stdout) as Record<string, number>;
  expect(lived).toEqual({
    frame: 10_000 * HOUR_MS,
    entities: 100,
    fetches: 20 * 10_000,
    reads: 20 * 10_000,
    failures: 0,
  });
  expect(growth).toBeLessThan(1_000_000);
  expect(seconds).toBeGreaterThan(0);
}, 120_000);
