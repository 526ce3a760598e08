import { BroadcastChannel, type Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from '@jest/globals';
import { InvalidOptionError } from '../../src/errors/input-errors.js';
import type { HubErrorReport } from '../../src/errors/report.js';
import { StageError } from '../../src/errors/work-errors.js';
import {
  attachedChannelName,
  attachWorker,
  type AttachWorkerOptions,
} from '../../src/executor/attach-worker.js';
import type { Unsubscribe } from '../../src/ownership/unsubscribe.js';
import { keepBusy, until } from './harness.js';
import { askWorker as ask, endWorkers, startWorker as start } from './own-worker.js';

const notes: unknown[] = [];
const reports: HubErrorReport[] = [];
let shutDown: () => void = () => undefined;
let settle: (value: string) => void = () => undefined;
let isAsked = false;

const functions: Record<string, (...args: never[]) => unknown> = {
  note: (text: string) => void notes.push(text),
  twice: async (n: number) => n * 2,
  fail: () => {
    throw new RangeError('not today');
  },
  never: () => {
    isAsked = true;
    return new Promise((resolve) => (settle = resolve));
  },
};

function attach(worker: Worker, overrides: Partial<AttachWorkerOptions> = {}): Unsubscribe {
  return attachWorker(worker, {
    name: 'my worker',
    owner: 'spec',
    runOnLoop: (fn) => fn(),
    exposed: (name) => functions[name],
    report: (failure) => reports.push(failure),
    onShutdown: (listener) => {
      shutDown = listener;
      return Object.assign(() => undefined, { [Symbol.dispose]: () => undefined });
    },
    ...overrides,
  });
}

afterEach(async () => {
  await endWorkers();
  notes.length = reports.length = 0;
  isAsked = false;
});

describe('a worker of the user that is attached', () => {
  it('calls what is exposed, with values, promises and errors, as its owner', async () => {
    const worker = start();
    let wrapped = 0;
    attach(worker, { runOnLoop: (fn) => (wrapped++, fn()) });
    expect(await ask(worker, 'run', 'twice', 21)).toBe(42);
    expect(await ask(worker, 'run', 'fail')).toBe('RangeError');
    expect(await ask(worker, 'run', 'no such')).toBe('UnknownFunctionError');
    expect(await ask(worker, 'post', 'note', 'hello')).toBeUndefined();
    await until(() => notes.length === 1);
    expect(notes).toEqual(['hello']);
    expect(wrapped).toBe(3);
    await ask(worker, 'post', 'fail');
    await until(() => reports.length === 1);
    expect(reports).toMatchObject([
      {
        source: 'loop-call',
        owner: 'spec',
        name: 'my worker: fail',
        error: { name: 'RangeError' },
      },
    ]);
  });

  it('gets ShutdownError when the hub stops, at once and while it waits', async () => {
    const worker = start();
    attach(worker);
    const waiting = ask(worker, 'run', 'never');
    await until(() => isAsked);
    shutDown();
    expect(await waiting).toBe('ShutdownError');
    expect(await ask(worker, 'run', 'twice', 1)).toBe('ShutdownError');
    expect(await ask(worker, 'post', 'note', 'too late')).toBe('ShutdownError');
    expect(notes).toEqual([]);
  });

  it('gets ScopeClosedError once it was let go, also while it waits, and can be taken again', async () => {
    const worker = start();
    const detach = attach(worker);
    const waiting = ask(worker, 'run', 'never');
    await until(() => isAsked);
    detach();
    expect(await waiting).toBe('ScopeClosedError');
    expect(await ask(worker, 'run', 'twice', 1)).toBe('ScopeClosedError');
    settle('nobody is there');
    attach(worker);
    expect(await ask(worker, 'run', 'twice', 4)).toBe(8);
  });

  it('may exit while the loop works for it', async () => {
    const worker = start();
    attach(worker);
    const call = ask(worker, 'run', 'never').catch((error: unknown) => (error as Error).message);
    await until(() => isAsked);
    await worker.terminate();
    expect(await call).toBe('it exited');
    settle('nobody is there');
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(reports).toEqual([]);
  });

  it('is heard to its last word', async () => {
    const worker = start(
      `for (let i = 0; i < 50; i++) callSoonThreadsafe('note', i); process.exit(0);`,
    );
    attach(worker);
    const exit = new Promise((resolve) => worker.once('exit', resolve));
    keepBusy(600);
    await exit;
    await until(() => notes.length === 50);
    expect(notes).toEqual(Array.from({ length: 50 }, (_, i) => i));
  });

  it('harms nobody with messages that mean nothing', async () => {
    const worker = start();
    attach(worker);
    const channel = new BroadcastChannel(attachedChannelName(worker.threadId));
    const good = { id: 1, job: 0, target: 'note', args: ['forged'], isWaiting: false };
    const control = new Int32Array(new SharedArrayBuffer(16));
    for (const message of [
      null,
      'text',
      42,
      [],
      {},
      good,
      { ...good, control: new Int32Array(4) },
      { ...good, control: new Int32Array(new SharedArrayBuffer(4)) },
      { ...good, control: {} },
      { ...good, control, target: { evil: true } },
      { ...good, control, args: 'text' },
      { ...good, control, id: undefined },
      { leftBy: { name: 'a', owner: 'b' } },
    ])
      channel.postMessage(message);
    expect(await ask(worker, 'run', 'twice', 3)).toBe(6);
    channel.close();
    expect(notes).toEqual([]);
    expect(reports).toEqual([]);
  });

  it('is attached once at a time, and is a worker that runs', async () => {
    const worker = start();
    const detach = attach(worker);
    expect(() => attach(worker)).toThrow(StageError);
    detach();
    attach(worker)();
    await worker.terminate();
    expect(() => attach(worker)).toThrow(InvalidOptionError);
    for (const none of [null, undefined, {}, 'worker'])
      expect(() => attach(none as never)).toThrow(/Expected a Worker/);
  });

  it('hears that nobody knows it', async () => {
    expect(await ask(start(), 'run', 'twice', 3)).toBe('WrongThreadError');
  }, 20_000);
});
