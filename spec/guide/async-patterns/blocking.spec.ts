import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { workerModule, WrongThreadError } from 'rxhome';
import { runCallbackThreadsafe } from 'rxhome/worker';
import { createTestHub, type TestHubOptions } from 'rxhome/testing';

// #region expose-type
declare module 'rxhome' {
  interface ExposedFunctions {
    'heating.wanted': (room: string) => string | Promise<string>;
  }
}
// #endregion

// #region worker-reference
const files = workerModule<typeof import('./files.worker.js')>(
  new URL('./files.worker.js', import.meta.url),
);
// #endregion

const primes = workerModule<typeof import('./primes.worker.js')>(
  new URL('./primes.worker.js', import.meta.url),
);
const serial = workerModule<typeof import('./serial.worker.js')>(
  new URL('./serial.worker.js', import.meta.url),
);

// A thread that is not the hub's learns TypeScript by itself.
const tsxApi = new URL(
  'index.mjs',
  pathToFileURL(createRequire(import.meta.url).resolve('tsx/esm/api')),
);
const TSX = `data:text/javascript,import { register } from ${JSON.stringify(tsxApi.href)}; register();`;

const INLINE: TestHubOptions = { time: 'real' };
const THREADS: TestHubOptions = { time: 'real', executor: { maxThreads: 1 } };

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'rxhome-guide-'))));
afterAll(() => rm(folder, { recursive: true }));

it('reads and writes files without blocking', async () => {
  const path = join(folder, 'notes.txt');
  // #region files
  await writeFile(path, 'milk\n\nbread\n');
  const notes = await readFile(path, 'utf8');
  // #endregion
  expect(notes).toContain('bread');
});

it.each([INLINE, THREADS])('calls a blocking function with arguments: %o', async (options) => {
  const path = join(folder, 'lines.txt');
  await writeFile(path, 'milk\n\nbread\n');
  await using hub = createTestHub(options);
  // #region executor-job
  const lines = await hub.addExecutorJob(files.countLines, path, { skipEmpty: true });
  // #endregion
  expect(lines).toBe(2);
  const failure = await hub
    .addExecutorJob(files.countLines, 'nowhere.txt')
    .catch((e: unknown) => e);
  expect(failure).toMatchObject({ code: 'ENOENT', syscall: 'open' });
});

it.each([INLINE, THREADS])('runs what Node can only do blocking elsewhere: %o', async (options) => {
  await using hub = createTestHub(options);
  // #region node-module
  const crypto = workerModule<typeof import('node:crypto')>('node:crypto');
  const key = await hub.addExecutorJob(crypto.pbkdf2Sync, 'password', 'salt', 10_000, 32, 'sha256');
  // #endregion
  expect(Buffer.from(key).toString('hex')).toMatch(/^[0-9a-f]{64}$/);
});

it('ends a long computation when it is told, and hears how far it is', async () => {
  await using hub = createTestHub(THREADS);
  const controller = new AbortController();
  const { signal } = controller;
  // #region executor-options
  const counting = hub.addExecutorJob(
    primes.countPrimes.with({ signal, timeoutMs: 60_000 }),
    1e9,
    (share) => hub.states.set('sensor.progress', share),
  );
  // #endregion
  const ended = counting.catch((error: unknown) => error);
  await hub.bus.waitFor('state_changed', { timeoutMs: 25_000 });
  controller.abort('enough');
  expect(await ended).toBe('enough');
  const few = await hub.addExecutorJob(primes.countPrimes, 1_000, () => undefined);
  expect(few).toBe(168);
});

it.each([INLINE, THREADS])(
  'keeps a stateful client in a thread of its own: %o',
  async (options) => {
    const path = join(folder, 'meter');
    await writeFile(path, '4711');
    await using hub = createTestHub(options);
    // #region dedicated
    const meter = workerModule<typeof import('./meter.worker.js')>(
      new URL('./meter.worker.js', import.meta.url),
      { dedicated: true },
    );
    hub.states.set('sensor.meter', await hub.addExecutorJob(meter.readMeter, path));
    // #endregion
    expect(hub.states.is('sensor.meter', '4711')).toBe(true);
  },
);

it('lets a thread call the loop by name, and no longer once the hub stops', async () => {
  const hub = createTestHub(THREADS);
  // #region expose
  hub.expose('heating.wanted', (room) => (room === 'bath' ? '24' : '20'));
  const wanted = await hub.addExecutorJob(serial.watchPort, 'bath');
  // #endregion
  expect(wanted).toBe('24');
  expect(hub.states.is('binary_sensor.port', 'on')).toBe(true);
  expect(() => runCallbackThreadsafe('states.get', 'light.hall')).toThrow(WrongThreadError);
  const waiting = hub.addExecutorJob(serial.watchPort, 'cellar').catch((error: unknown) => error);
  await new Promise<void>((asked) => {
    hub.expose('heating.wanted', () => {
      asked();
      return new Promise<never>(() => undefined);
    });
  });
  const from = hub.clock?.frame;
  await hub.stop();
  expect(await waiting).toMatchObject({ code: 'SHUTTING_DOWN' });
  expect(hub.clock?.frame).toBe(from); // nobody waited for the time of a stage
});

it('lets a thread of your own call the loop', async () => {
  await using hub = createTestHub(INLINE);
  const worker = new Worker(new URL('./own-thread.ts', import.meta.url), {
    execArgv: ['--import', TSX, '--conditions=rxhome-source'],
  });
  // #region attach-worker
  hub.attachWorker(worker, { name: 'serial port' });
  // #endregion
  await once(worker, 'message');
  await worker.terminate();
  expect(hub.states.is('sensor.test', 'value')).toBe(true);
});

it('says when code is not where it belongs', async () => {
  await using hub = createTestHub(INLINE);
  const devices = new Set<string>();
  // #region verify-thread
  function addDevice(id: string): void {
    hub.verifyEventLoopThread('heating.addDevice');
    devices.add(id);
  }
  // #endregion
  addDevice('boiler');
  expect([...devices]).toEqual(['boiler']);
});
