// Makes few files of the many that tsc has made of the house: reading one costs Node half a
// millisecond, and a program that wants one door wants nearly all of them.
// The adapters (integrations, inspector, cli) are users of the house and stay as they are.
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = join(ROOT, 'dist');
const BUNDLE = join(DIST, 'bundle');
const ADAPTERS = ['integrations', 'inspector', 'cli'];

// What is opened from outside, and the file it is in `dist`. Each stays where it was, as one line.
const DOORS = {
  rxhome: 'index',
  operators: 'operators/index',
  worker: 'executor/worker',
  testing: 'testing/index',
  'testing-jest': 'testing/jest',
  'testing-vitest': 'testing/vitest',
};
// What runs in threads. They are found beside the code that starts them: all files of the bundle
// are in one folder, as deep as the folders of `src`, so that paths from `import.meta.url` hold.
const THREADS = {
  'worker-entry': 'executor/worker-entry',
  'stall-watcher': 'diagnostics/stall-watcher',
};

const source = (file) => join(ROOT, 'src', `${file}.ts`);
const sources = (files) =>
  Object.fromEntries(Object.entries(files).map(([name, file]) => [name, source(file)]));

const options = {
  absWorkingDir: ROOT,
  outdir: BUNDLE,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  packages: 'external',
  sourcemap: true,
  // A user's source map finds the file in `src`, which is in the package.
  sourcesContent: false,
  legalComments: 'none',
  logLevel: 'warning',
};

// In one run: what two doors share is in a file of its own, so that a class is one class.
const { 'stall-watcher': watcher, ...sharing } = THREADS;
await build({
  ...options,
  entryPoints: sources({ ...DOORS, ...sharing }),
  splitting: true,
  chunkNames: 'house-[hash]',
});
// It shares nothing but memory with the rest, and the first stall may come at once: one file.
await build({ ...options, entryPoints: sources({ 'stall-watcher': watcher }) });

for (const file of readdirSync(DIST, { recursive: true })) {
  const isHouse = !['bundle', ...ADAPTERS].includes(file.split('/')[0]);
  if (isHouse && /\.js(\.map)?$/.test(file)) rmSync(join(DIST, file));
}
for (const [name, file] of Object.entries(DOORS)) {
  const path = join(DIST, `${file}.js`);
  const target = relative(dirname(path), join(BUNDLE, `${name}.js`)).replaceAll('\\', '/');
  if (!existsSync(path.replace(/\.js$/, '.d.ts'))) throw new Error(`There is no door ${file}.`);
  writeFileSync(path, `export * from '${target.startsWith('.') ? target : `./${target}`}';\n`);
}
