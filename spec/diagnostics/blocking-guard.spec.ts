import childProcess from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { debounceTime, map } from 'rxjs';
import { BlockingCallError, type Diagnostic, runUncaused, sleep, workerModule } from 'rxhome';
import { createTestHub, type TestHub, type TestHubOptions } from 'rxhome/testing';

const HERE = fileURLToPath(import.meta.url);
const FILE = 'spec/diagnostics/blocking-guard.spec.ts';
const nodeFs = workerModule<typeof import('node:fs')>('node:fs');

/** A started hub in debug mode, a hub of an owner `lamp`, and what was found. */
async function debugged(options: TestHubOptions = {}) {
  const hub = createTestHub({ debug: true, strict: false, ...options });
  const found: Diagnostic[] = [];
  hub.diagnostics$.subscribe((finding) => found.push(finding));
  await hub.start();
  return { hub, lamp: hub.scoped(hub.scope.child('lamp')), found };
}

const read = (): unknown => fs.readFileSync(HERE);
const calls = (found: readonly Diagnostic[]): string[] => found.map(({ name }) => name);

describe('debug mode', () => {
  it('names a call that blocks, its owner and its place; the call is made', async () => {
    const { hub, lamp, found } = await debugged();
    let size = 0;
    lamp.bus.listen('e', function onE() {
      size = fs.readFileSync(HERE).length;
    });
    hub.bus.fire('e');
    expect(size).toBe(fs.statSync(HERE).size);
    expect(found).toHaveLength(1);
    const [{ where, stack, message, ...finding }] = found as [Diagnostic];
    expect(finding).toMatchObject({
      kind: 'blocking-call',
      owner: 'lamp',
      name: 'fs.readFileSync',
      durationMs: null,
      detail: { work: 'onE' },
    });
    expect(where).toMatch(new RegExp(`^${FILE}:\\d+$`));
    expect(message).toContain(`lamp blocks the loop with \`fs.readFileSync\` at ${where}`);
    expect(stack!.split('\n')[0]).toContain('onE');
    expect(hub.log.some((line) => line.level === 'warn' && line.message === message)).toBe(true);
    expect(hub.snapshot().diagnostics).toEqual(found);
    expect(hub.errors).toEqual([]);
  });

  it('names each place once, whoever comes by; another place and another call anew', async () => {
    const { hub, lamp, found } = await debugged();
    const fan = hub.scoped(hub.scope.child('fan'));
    for (const mine of [lamp, fan]) mine.bus.listen('e', read);
    lamp.bus.listen('e', () => fs.readFileSync(HERE));
    lamp.bus.listen('e', () => fs.statSync(HERE));
    for (let n = 0; n < 3; n++) hub.bus.fire('e');
    expect(calls(found)).toEqual(['fs.readFileSync', 'fs.readFileSync', 'fs.statSync']);
    expect(new Set(found.map(({ where }) => where)).size).toBe(3);
  });

  it('knows the calls of all four modules, and Atomics.wait', async () => {
    const { lamp, found } = await debugged();
    const shared = new Int32Array(new SharedArrayBuffer(4));
    void lamp.runJob(() => {
      fs.existsSync(HERE);
      fs.realpathSync.native(HERE);
      childProcess.execFileSync(process.execPath, ['--version']);
      crypto.pbkdf2Sync('a', 'b', 1, 8, 'sha256');
      crypto.scryptSync('a', 'b', 8);
      zlib.gunzipSync(zlib.gzipSync('a'));
      Atomics.wait(shared, 0, 0, 1);
    });
    expect(calls(found)).toEqual([
      'fs.existsSync',
      'fs.realpathSync.native',
      'child_process.execFileSync',
      'crypto.pbkdf2Sync',
      'crypto.scryptSync',
      'zlib.gzipSync',
      'zlib.gunzipSync',
      'Atomics.wait',
    ]);
  });

  it('leaves alone what does not block', async () => {
    const { lamp, found } = await debugged();
    await lamp.createTask(async () => {
      await fs.promises.readFile(HERE);
      await promisify(fs.stat)(HERE);
      crypto.randomFillSync(Buffer.alloc(8));
      crypto.hkdfSync('sha256', 'a', 'b', 'c', 8);
      zlib.createGzip().end();
      crypto.createHash('sha256').update('a').digest();
    });
    expect(found).toEqual([]);
  });

  it('knows the owner after an await, in a timer, in a stream and in a job', async () => {
    const { hub, lamp, found } = await debugged();
    const owners = (): (string | null)[] => found.splice(0).map(({ owner }) => owner);
    lamp.bus.listen('async', async () => {
      await sleep(10);
      fs.existsSync('/1');
    });
    lamp.bus.listen('timer', () => void setTimeout(() => fs.existsSync('/2'), 10));
    lamp.bus.on('stream').subscribe(() => fs.existsSync('/3'));
    lamp.bus
      .on('pipe')
      .pipe(map(() => fs.existsSync('/4')))
      .subscribe();
    lamp.bus
      .on('late')
      .pipe(debounceTime(10))
      .subscribe(() => fs.existsSync('/5'));
    lamp.bus
      .on('later')
      .pipe(
        map(() => 5),
        debounceTime(10),
      )
      .subscribe(() => fs.existsSync('/6'));
    for (const type of ['async', 'timer', 'stream', 'pipe', 'late', 'later']) {
      hub.bus.fire(type);
      await hub.advance('1s');
      expect([type, owners()]).toEqual([type, ['lamp']]);
    }
    await lamp.createTask(() => fs.existsSync('/7'));
    void lamp.runJob(() => fs.existsSync('/8'));
    expect(owners()).toEqual(['lamp', 'lamp']);
  });

  it('says nothing of code of nobody, and of code of a worker module', async () => {
    const { hub, lamp, found } = await debugged();
    read();
    setTimeout(read, 10);
    void lamp.runJob(() => runUncaused(read));
    await lamp.addExecutorJob(nodeFs.readFileSync, HERE);
    await hub.advance('1s');
    expect(found).toEqual([]);
  });

  it('says nothing of loading a module', async () => {
    // What the test runner has not seen yet it compiles on the loop, and writes to its cache.
    const another = '../../src/operators/index.js?another';
    await import(another);
    const { lamp, found } = await debugged();
    await lamp.createTask(async () => import('../../src/operators/index.js'));
    expect(found).toEqual([]);
  });

  it('tells the hub whose code it was', async () => {
    const one = await debugged();
    const other = await debugged();
    void one.lamp.runJob(read);
    expect([calls(one.found), calls(other.found)]).toEqual([['fs.readFileSync'], []]);
    void other.lamp.runJob(read); // the same place, for the first time in this home
    expect([one.found.length, other.found.length]).toEqual([1, 1]);
  });

  it('is not told of what is called while it tells', async () => {
    const { hub, lamp, found } = await debugged();
    hub.diagnostics$.subscribe(read);
    void lamp.runJob(() => fs.existsSync('/1'));
    expect(calls(found)).toEqual(['fs.existsSync']);
  });

  it('gives errors of the call to its caller, and names it all the same', async () => {
    const { lamp, found } = await debugged();
    void lamp.runJob(() => expect(() => fs.readFileSync('/not/there')).toThrow(/ENOENT/));
    expect(calls(found)).toEqual(['fs.readFileSync']);
  });
});

describe('debug and strict', () => {
  it('throws instead of calling, at every call, and tells of it once', async () => {
    const { hub, lamp, found } = await debugged({ strict: true });
    const file = `${HERE}.written`;
    lamp.bus.listen('e', () => fs.writeFileSync(file, ''));
    hub.bus.fire('e');
    hub.bus.fire('e');
    expect(hub.errors.map(({ error }) => error)).toEqual([
      expect.any(BlockingCallError),
      expect.any(BlockingCallError),
    ]);
    expect(hub.errors[0]!.error).toMatchObject({
      code: 'BLOCKING_CALL',
      message: expect.stringContaining(`\`fs.writeFileSync\` at ${FILE}:`),
    });
    expect(found).toHaveLength(1);
    expect(fs.existsSync(file)).toBe(false);
    // After it has thrown the next one is seen as well.
    void lamp.runJob(() => expect(() => fs.existsSync(file)).toThrow(BlockingCallError));
  });

  it('strict alone throws nothing', async () => {
    const { lamp, found } = await debugged({ strict: true, debug: false });
    void lamp.runJob(read);
    expect(found).toEqual([]);
  });
});

describe('the replaced functions', () => {
  const originals = { ...fs };
  const symbols = Object.getOwnPropertySymbols(fs);
  const wait = Atomics.wait;
  const replaced = (): boolean => fs.readFileSync !== originals.readFileSync;
  let hubs: TestHub[] = [];

  afterEach(async () => {
    for (const hub of hubs) await hub.stop();
    hubs = [];
  });

  const make = (options: TestHubOptions): TestHub => {
    const hub = createTestHub(options);
    hubs.push(hub);
    return hub;
  };

  it('are there from the start of the first hub to the stop of the last', async () => {
    const [one, two] = [make({ debug: true }), make({ debug: true })];
    expect(replaced()).toBe(false);
    await one.start();
    await two.start();
    expect(replaced()).toBe(true);
    await one.stop();
    expect(replaced()).toBe(true);
    await two.stop();
    for (const key of Object.keys(originals) as (keyof typeof fs)[])
      expect([key, fs[key] === originals[key]]).toEqual([key, true]);
    expect(fs.realpathSync.native).toBe(originals.realpathSync.native);
    expect(Object.getOwnPropertySymbols(fs)).toEqual(symbols);
    expect(Atomics.wait).toBe(wait);
  });

  it('are not replaced by a hub without debug, or one that was never started', async () => {
    await make({ debug: false }).start();
    await make({ debug: true }).stop();
    expect(replaced()).toBe(false);
  });

  it('look like what they replace', async () => {
    await make({ debug: true }).start();
    expect(replaced()).toBe(true);
    for (const key of ['readFileSync', 'existsSync', 'realpathSync'] as const) {
      expect([fs[key].name, fs[key].length]).toEqual([key, originals[key].length]);
      expect(Object.getPrototypeOf(fs[key])).toBe(Object.getPrototypeOf(originals[key]));
      expect(Reflect.ownKeys(fs[key])).toEqual(Reflect.ownKeys(originals[key]));
    }
    expect(fs.realpathSync.native(HERE)).toBe(HERE);
    expect(Object.keys(fs)).toEqual(Object.keys(originals));
  });

  it('leave in place what somebody has put around them meanwhile', async () => {
    const hub = make({ debug: true });
    await hub.start();
    const spy = jest.spyOn(fs, 'readFileSync');
    const mocked = fs.readFileSync;
    await hub.stop();
    expect(fs.readFileSync).toBe(mocked);
    expect(fs.existsSync).toBe(originals.existsSync);
    expect(fs.readFileSync(HERE).length).toBeGreaterThan(0);
    spy.mockRestore();
    fs.readFileSync = originals.readFileSync;
  });
});

describe('in a program of its own', () => {
  const ROOT = fileURLToPath(new URL('../..', import.meta.url));

  /** Runs the fixture with node and tsx; the findings it has printed. */
  const run = (): Pick<Diagnostic, 'owner' | 'name' | 'where'>[] => {
    const { stdout, stderr, status } = childProcess.spawnSync(
      process.execPath,
      ['--import', 'tsx', '--conditions=rxhome-source', 'spec/fixtures/blocking-program.ts'],
      { cwd: ROOT, encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } },
    );
    if (status !== 0) throw new Error(stderr);
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Diagnostic);
  };

  it('reaches functions that were imported by name, and knows the lines of the source', () => {
    const source = fs.readFileSync(`${ROOT}spec/fixtures/blocking-program.ts`, 'utf8');
    const lineOf = (mark: string): string =>
      `spec/fixtures/blocking-program.ts:${source.split('\n').findIndex((line) => line.includes(mark)) + 1}`;
    expect(run()).toEqual([
      { owner: 'lamp', name: 'fs.readFileSync', where: lineOf('// by name') },
      { owner: 'lamp', name: 'fs.existsSync', where: 'spec/fixtures/blocks-when-loaded.ts:3' },
      { owner: 'lamp', name: 'zlib.gzipSync', where: lineOf('// after an await') },
    ]);
  });
});
