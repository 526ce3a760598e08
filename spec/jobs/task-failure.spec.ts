import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sleep, type Task } from 'rxhome';
import { createTestHub, type TestHub } from 'rxhome/testing';

const unhandled: unknown[] = [];
const note = (error: unknown): number => unhandled.push(error);
let hub: TestHub;
beforeEach(() => {
  unhandled.length = 0;
  process.on('unhandledRejection', note);
  hub = createTestHub();
});
afterEach(async () => {
  await hub.stop();
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});

const broken = new Error('broken');
async function fail(): Promise<never> {
  await sleep(1000);
  throw broken;
}
const reports = (): string[] =>
  hub.errors.map(
    ({ source, owner, name, error }) => `${source} ${name} of ${owner}: ${String(error)}`,
  );

describe('an error that nobody awaits', () => {
  it.each<[string, (start: TestHub) => Task<unknown> | undefined, string]>([
    ['a task', (it) => it.createTask(fail, { name: 'poll' }), 'task poll of hub'],
    [
      'a background task',
      (it) => it.createBackgroundTask(fail, { name: 'poll' }),
      'task poll of hub',
    ],
    ['a task of a promise', (it) => it.createTask(fail(), { name: 'poll' }), 'task poll of hub'],
    ['a job', (it) => it.runJob(fail), 'task fail of hub'],
    [
      'a body that throws at once',
      (it) =>
        it.createTask(
          () => {
            throw broken;
          },
          { name: 'poll' },
        ),
      'task poll of hub',
    ],
  ])('in %s is reported once, with owner and name', async (_, start, expected) => {
    void start(hub);
    await hub.advance('2s');
    expect(reports()).toEqual([`${expected}: Error: broken`]);
    expect(hub.log.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  it('is told by the name of the config entry or automation that owns the task', async () => {
    hub.scoped(hub.scope.child('automation')).createTask(fail, { name: 'poll' });
    await hub.advance('2s');
    expect(reports()).toEqual(['task poll of automation: Error: broken']);
  });

  it('is reported whatever was thrown', async () => {
    for (const thrown of [undefined, null, 'text', { some: 'object' }])
      hub.createTask(async () => {
        throw thrown;
      });
    await hub.advance('1s');
    expect(hub.errors.map(({ error }) => error)).toEqual([
      undefined,
      null,
      'text',
      { some: 'object' },
    ]);
  });

  it('is reported although a task that somebody awaits awaits the same promise', async () => {
    const promise = fail();
    const seen = hub.createTask(promise, { name: 'seen' });
    hub.createTask(promise, { name: 'unseen' });
    const caught = seen.catch((error: unknown) => error);
    await hub.advance('2s');
    expect(await caught).toBe(broken);
    expect(reports()).toEqual(['task unseen of hub: Error: broken']);
  });
});

describe('an error that somebody awaits', () => {
  it('goes to them, and is not reported', async () => {
    const caught = hub.createTask(fail).catch((error: unknown) => error);
    await hub.advance('2s');
    expect(await caught).toBe(broken);
    expect(hub.errors).toEqual([]);
  });

  it('is theirs in every form of awaiting', async () => {
    const start = (): Task<never> => hub.createTask(() => Promise.reject(broken));
    const caught = [
      (async () => start())().catch((error: unknown) => error),
      Promise.all([start()]).catch((error: unknown) => error),
      Promise.resolve(start()).catch((error: unknown) => error),
      start().then(undefined, (error: unknown) => error),
    ];
    await hub.advance('1s');
    expect(await Promise.all(caught)).toEqual([broken, broken, broken, broken]);
    expect(hub.errors).toEqual([]);
  });

  it('is theirs if they come within the same turn, after promises that are settled', async () => {
    const task = hub.createTask(() => {
      throw broken;
    });
    for (let i = 0; i < 20; i++) await Promise.resolve();
    await expect(task).rejects.toBe(broken);
    await hub.advance('1s');
    expect(hub.errors).toEqual([]);
  });

  it('is theirs too if they come late, when it was reported already', async () => {
    const task = hub.createTask(fail);
    await hub.advance('2s');
    expect(hub.errors).toHaveLength(1);
    await expect(task).rejects.toBe(broken);
    expect(hub.errors).toHaveLength(1);
  });
});

describe('a failing task', () => {
  it('does not end its brothers, its owner or the hub', async () => {
    const brother = hub.createTask(() => sleep(2000).then(() => 42));
    hub.createTask(fail);
    await hub.advance('3s');
    expect(await brother).toBe(42);
    expect(hub.scope.closed).toBe(false);
  });
});
