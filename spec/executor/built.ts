import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CACHE = join(ROOT, 'node_modules/.cache');

type Built = typeof import('../../src/executor/tinypool-executor.js') &
  typeof import('../../src/executor/worker-module.js');

/**
 * The executor as users have it, in JavaScript: its threads start five times as fast as from
 * source, where each has to learn TypeScript first.
 */
export async function buildExecutor(): Promise<Built & { remove: () => void }> {
  mkdirSync(CACHE, { recursive: true });
  const outdir = mkdtempSync(join(CACHE, 'rxhome-executor-'));
  writeFileSync(join(outdir, 'package.json'), '{ "type": "module" }');
  await build({
    absWorkingDir: ROOT,
    entryPoints: ['tinypool-executor', 'worker-entry', 'worker-module'].map(
      (name) => `src/executor/${name}.ts`,
    ),
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'error',
  });
  const load = (name: string): Promise<object> =>
    import(pathToFileURL(join(outdir, `${name}.js`)).href) as Promise<object>;
  return {
    ...(await load('tinypool-executor')),
    ...(await load('worker-module')),
    remove: () => rmSync(outdir, { recursive: true, force: true }),
  } as Built & { remove: () => void };
}

/** The same numbers for the same seed, from 0 up to 1. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
