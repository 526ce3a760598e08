import { describe, expect, it } from '@jest/globals';
import { callback, CancelledError, Job, ScopeClosedError, sleep, workerModule } from 'rxhome';
import { createTestHub } from 'rxhome/testing';

const path = workerModule<typeof import('node:path')>('node:path');

describe('what runJob takes', () => {
  it('is a bound function: what counts is what it does, and `this` is what it was bound to', async () => {
    const hub = createTestHub();
    class Meter {
      readings = 0;
      read(by: number): void {
        this.readings += by;
      }
      async readSlowly(by: number): Promise<number> {
        await sleep(1000);
        return (this.readings += by);
      }
    }
    const meter = new Meter();
    expect(hub.runJob(meter.read.bind(meter), 2)).toBeUndefined();
    const task = hub.runJob(meter.readSlowly.bind(meter), 3);
    expect(task!.name).toContain('readSlowly');
    await hub.blockTillDone();
    expect([await task, meter.readings]).toEqual([5, 5]);
  });

  it('is an object that can be called', async () => {
    const hub = createTestHub();
    const seen: string[] = [];
    const act = Object.assign((what: string) => void seen.push(what), { config: 42 });
    expect(hub.runJob(act, 'called')).toBeUndefined();
    expect(seen).toEqual(['called']);
  });

  it('is an instance of a class of functions, which has the type of what it calls', () => {
    class Action extends Function {
      constructor() {
        super('...args', 'return args.length');
      }
    }
    const job = new Job(new Action() as () => number);
    expect([job.type, job.name]).toEqual(['callback', 'anonymous']);
    expect(createTestHub().runJob(job)).toBeUndefined();
  });

  it('is an async arrow, that returns the promise of another', async () => {
    const hub = createTestHub();
    const task = hub.runJob(new Job(async (ms: number) => sleep(ms).then(() => 'slept')), 1000);
    await hub.blockTillDone();
    expect([await task, hub.clock!.frame]).toEqual(['slept', 1000]);
  });

  it('is no class, whose call throws: that is reported', () => {
    const hub = createTestHub();
    class Lamp {
      isOn = false;
    }
    expect(hub.runJob(Lamp as never)).toBeUndefined();
    expect(hub.errors).toMatchObject([{ source: 'job', owner: 'hub', name: 'Lamp' }]);
  });

  it('is something marked, in another module of functions: the mark belongs to the function', () => {
    const marked = callback(() => undefined);
    expect(new Job(marked).isMarked).toBe(true);
    expect(new Job(marked.bind(null)).isMarked).toBe(false); // another function
    expect(new Job(() => marked()).isMarked).toBe(false);
  });

  it('finds out the type of a function once, when the job is made', () => {
    const fn = (): void => undefined;
    const job = new Job(fn);
    callback(fn);
    expect(job.type).toBe('callback');
  });

  it('reports what an awaited job fails with to whoever awaits it only', async () => {
    const hub = createTestHub();
    const broken = new Error('broken');
    const task = hub.runJob(async () => {
      await sleep(10);
      throw broken;
    });
    const caught = task!.catch((error: unknown) => error);
    await hub.advance(10);
    expect([await caught, hub.errors]).toEqual([broken, []]);
  });
});

describe('runJob of an unloaded owner', () => {
  it('gives a task that rejects for what would have been a task, and undefined for the rest', async () => {
    const hub = createTestHub({ strict: false });
    const scope = hub.scope.child('lamp');
    const mine = hub.scoped(scope);
    await scope.close();
    let calls = 0;
    const refused = [
      mine.runJob(async () => ++calls),
      mine.runJob(new Job(async () => ++calls)),
      mine.runJob(path.basename, '/a/b'),
    ];
    expect(mine.runJob(() => ++calls)).toBeUndefined();
    for (const task of refused) await expect(task).rejects.toBeInstanceOf(ScopeClosedError);
    await hub.advance('1s');
    expect(calls).toBe(0);
    expect(hub.errors).toHaveLength(1); // once per owner
    expect(hub.snapshot().tasks).toEqual([]);
  });
});

describe('a job that is marked cancelOnShutdown', () => {
  it('ends at once, whatever made it, and its body goes on for nobody', async () => {
    const hub = createTestHub();
    await hub.start();
    const ended: string[] = [];
    const job = new Job(
      async () => {
        await sleep(50_000);
        ended.push(hub.state);
        throw new Error('and fails then');
      },
      { name: 'blink', cancelOnShutdown: true },
    );
    hub.bus.listen('e', job);
    hub.bus.fire('e');
    const task = hub.runJob(job)!;
    hub.createTask(() => sleep(60_000)); // keeps the hub from stopping before
    await hub.stop();
    await expect(task).rejects.toBeInstanceOf(CancelledError);
    expect(hub.clock!.frame).toBe(60_000);
    expect(ended).toEqual(['stopping', 'stopping']);
    // What it fails with afterwards would be lost.
    expect(hub.errors.map(({ name, error }) => `${name}: ${String(error)}`)).toEqual([
      'blink: Error: and fails then',
      'blink: Error: and fails then',
    ]);
  });
});
