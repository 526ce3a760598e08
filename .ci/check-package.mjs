// The package as a user gets it: packed, installed into an empty project, run by plain node.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const TIME_LIMIT_MS = 120_000;

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const doors = Object.keys(manifest.exports)
  // Those of a test runner open in that runner only.
  .filter((door) => door !== './package.json' && !/\/(jest|vitest)$/.test(door))
  .map((door) => manifest.name + door.slice(1));

const temp = mkdtempSync(join(tmpdir(), 'rxhome-package-'));
const project = join(temp, 'project');
const hadDist = existsSync(join(ROOT, 'dist'));

try {
  check('packs', ROOT, 'npm', ['pack', '--silent', '--pack-destination', temp]);
  const [tarball] = readdirSync(temp).filter((file) => file.endsWith('.tgz'));
  if (tarball === undefined) throw new Error('npm pack made no tarball');

  writeProject();
  check('installs', project, 'npm', [
    'install',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    join(temp, tarball),
    `rxjs@${manifest.devDependencies.rxjs}`,
  ]);
  for (const door of doors)
    check(`opens ${door}`, project, process.execPath, ['door.mjs', door], (out) => out !== '0\n');
  check('type-checks', project, process.execPath, [
    join(ROOT, 'node_modules/@typescript/native/bin/tsc'),
    '--project',
    project,
  ]);
  check('runs a worker', project, process.execPath, ['main.mjs'], (out) => out === 'sum 42\n');
  check(
    'names who blocks, and not who fired',
    project,
    process.execPath,
    ['slow.mjs'],
    (out) => out === 'listener slow slow.mjs:11\nlistener bound wait null\n',
  );
  for (const name of Object.keys(manifest.bin))
    check(`${name} --help`, project, join('node_modules/.bin', name), ['--help']);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(temp, { recursive: true, force: true });
  if (!hadDist) rmSync(join(ROOT, 'dist'), { recursive: true, force: true });
}

function writeProject() {
  const files = {
    'package.json': JSON.stringify({ name: 'a-user', private: true, type: 'module' }),
    'door.mjs': 'console.log(Object.keys(await import(process.argv[2])).length);\n',
    'doors.ts': doors.map((door, i) => `export * as door${i} from '${door}';\n`).join(''),
    'tsconfig.json': JSON.stringify({
      compilerOptions: {
        target: 'ES2022',
        lib: ['ES2023', 'ESNext.Disposable'],
        module: 'NodeNext',
        strict: true,
        noEmit: true,
        // The declarations of the package are what is checked here.
        skipLibCheck: false,
        typeRoots: [join(ROOT, 'node_modules/@types')],
        types: ['node'],
      },
      files: ['doors.ts'],
    }),
    'sum.mjs': 'export const sum = (...numbers) => numbers.reduce((a, b) => a + b, 0);\n',
    'main.mjs': `
      import { Hub, workerModule } from 'rxhome';

      const { sum } = workerModule(new URL('./sum.mjs', import.meta.url));
      const hub = new Hub();
      console.log('sum', await hub.addExecutorJob(sum, 1, 41));
      await hub.stop();
    `,
    'slow.mjs': `
      import { Hub, sleep } from 'rxhome';

      const logger = { debug() {}, info() {}, warn() {}, error() {} };
      const hub = new Hub({ logger, watchdog: { thresholdMs: 1000 } });
      const wait = Atomics.wait.bind(null, new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3000);
      hub.diagnostics$.subscribe(({ detail, where }) =>
        console.log('listener', detail.work, where),
      );
      const slow = () => {
        wait();
      };
      await hub.start();
      for (const listener of [slow, wait]) {
        const end = hub.bus.listen('go', listener);
        (function firing() {
          hub.bus.fire('go');
        })();
        end();
        await sleep(100);
      }
      await hub.stop();
    `,
  };
  mkdirSync(project);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(project, name), text);
}

/** Runs one command to its end; it has to succeed, and to print what is expected of it. */
function check(what, cwd, command, args, isExpected = () => true) {
  const { status, signal, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    timeout: TIME_LIMIT_MS,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (status === 0 && isExpected(stdout)) {
    console.log(`ok  ${what}`);
    return;
  }
  const end = error?.message ?? (status === 0 ? 'other output than expected' : (signal ?? status));
  throw new Error(`${what}: failed (${end})\n${withoutUrls(`${stdout ?? ''}${stderr ?? ''}`)}`);
}

/** A log may be read by anybody: it names no registry. */
function withoutUrls(text) {
  return text.replace(/https?:\/\/\S+/g, '(url)');
}
