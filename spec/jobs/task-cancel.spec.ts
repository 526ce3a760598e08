import { describe, expect, it } from '@jest/globals';
import { CancelledError, Scope, ScopeClosedError, sleep, type Task } from 'rxhome';
import { createTestHub } from 'rxhome/testing';

const never = (): Promise<never> => new Promise(() => undefined);

/** When a task settled, in virtual milliseconds. */
function settledAt(task: Task<unknown>, now: () => number): { at: number | undefined } {
  const seen: { at: number | undefined } = { at: undefined };
  const settled = (): number => (seen.at = now());
  task.then(settled, settled);
  return seen;
}

describe('cancel', () => {
  it('rejects with CancelledError, whose cause is the reason, once the body has ended', async () => {
    const hub = createTestHub();
    const reason = new Error('not wanted any more');
    const task = hub.createTask(async (signal) => {
      await sleep(60_000, { signal }).catch(() => undefined);
      await sleep(1000); // puts things in order
      return 'a value that nobody wants';
    });
    const settled = settledAt(task, () => hub.clock!.frame);
    await hub.advance('2s');
    task.cancel(reason);
    expect(task.status).toBe('running');
    await hub.advance('10s');
    expect(settled.at).toBe(3000);
    expect(task.status).toBe('cancelled');
    const error = await task.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CancelledError);
    expect((error as CancelledError).cause).toBe(reason);
    expect((error as CancelledError).code).toBe('CANCELLED');
  });

  it('tells the body by its signal, whose reason is that CancelledError', async () => {
    const hub = createTestHub();
    const reason = new Error('enough');
    const task = hub.createTask(async (signal) => sleep(60_000, { signal }));
    const { signal } = task;
    task.cancel(reason);
    expect(signal.aborted).toBe(true);
    const error = await task.catch((thrown: unknown) => thrown);
    expect(signal.reason).toBe(error);
    expect((signal.reason as CancelledError).cause).toBe(reason);
  });

  it('gives a signal that has aborted to a body that looks only afterwards', async () => {
    const hub = createTestHub();
    const task = hub.createTask(async () => sleep(1000));
    task.cancel();
    expect(task.signal.aborted).toBe(true);
    await hub.advance('1s');
    await expect(task).rejects.toBeInstanceOf(CancelledError);
    expect(task.signal.aborted).toBe(true);
  });

  it('names the task', async () => {
    const hub = createTestHub();
    const task = hub.createTask(never(), { name: 'poll' });
    task.cancel();
    await expect(task).rejects.toThrow(/poll/);
  });

  it('rejects a task of a promise at once', async () => {
    const hub = createTestHub();
    const task = hub.createTask(never());
    task.cancel('why');
    expect(task.status).toBe('cancelled');
    await expect(task).rejects.toMatchObject({ name: 'CancelledError', cause: 'why' });
    expect(hub.snapshot().tasks).toEqual([]);
  });

  it('before its turn keeps the body from being run', async () => {
    const hub = createTestHub();
    let hasRun = false;
    const task = hub.createTask(() => (hasRun = true), { eager: false });
    task.cancel();
    expect(task.status).toBe('cancelled');
    await expect(task).rejects.toBeInstanceOf(CancelledError);
    await hub.advance('1s');
    expect(hasRun).toBe(false);
    expect(hub.snapshot().tasks).toEqual([]);
    expect(hub.scope.size).toBe(0);
  });

  it('counts once: the first reason stays', async () => {
    const hub = createTestHub();
    const task = hub.createTask(async (signal) => sleep(60_000, { signal }));
    task.cancel('first');
    task.cancel('second');
    await expect(task).rejects.toMatchObject({ cause: 'first' });
  });

  it('does nothing to a task that has ended', async () => {
    const hub = createTestHub();
    const done = hub.createTask(() => 42);
    done.cancel();
    expect([done.status, await done]).toEqual(['done', 42]);
    const broken = new Error('broken');
    const failed = hub.createTask(() => {
      throw broken;
    });
    failed.cancel();
    expect(failed.status).toBe('failed');
    await expect(failed).rejects.toBe(broken);
  });

  it('of a cancelled task that nobody awaits is no failure, and not reported', async () => {
    const hub = createTestHub();
    hub.createTask(async (signal) => sleep(60_000, { signal })).cancel();
    hub.createTask(never()).cancel();
    hub.createTask(never, { eager: false }).cancel();
    hub
      .createTask(async (signal) => {
        await sleep(60_000, { signal }).catch(() => undefined);
        throw new DOMException('The operation was aborted.', 'AbortError');
      })
      .cancel();
    const reason = new Error('mine');
    hub
      .createTask(async (signal) => {
        await sleep(60_000, { signal }).catch(() => undefined);
        throw reason;
      })
      .cancel(reason);
    await hub.advance('2m');
    expect(hub.errors).toEqual([]);
  });

  it('does not hide another error of the body, which would be lost', async () => {
    const hub = createTestHub();
    const task = hub.createTask(
      async (signal) => {
        await sleep(60_000, { signal }).catch(() => undefined);
        throw new Error('the clean-up failed');
      },
      { name: 'poll' },
    );
    task.cancel();
    await expect(task).rejects.toBeInstanceOf(CancelledError);
    expect(hub.errors.map(({ error, name }) => `${name}: ${String(error)}`)).toEqual([
      'poll: Error: the clean-up failed',
    ]);
  });

  it('comes with the unloading of the owner, with its reason as cause', async () => {
    const hub = createTestHub();
    const scope = hub.scope.child('automation');
    const task = hub.scoped(scope).createTask(async (signal) => sleep(60_000, { signal }));
    await scope.close();
    expect(task.status).toBe('cancelled');
    const error = (await task.catch((thrown: unknown) => thrown)) as CancelledError;
    expect(error).toBeInstanceOf(CancelledError);
    expect(error.cause).toBeInstanceOf(ScopeClosedError);
    expect(hub.errors).toEqual([]);
  });
});

describe("a caller's signal", () => {
  it('rejects with its own reason, not with an error around it', async () => {
    const hub = createTestHub();
    const controller = new AbortController();
    const reason = new Error('changed my mind');
    const waiting = hub.bus.waitFor('e', { signal: controller.signal });
    const sleeping = sleep(1000, { signal: controller.signal });
    const task = hub.createTask(() => sleep(1000, { signal: controller.signal }));
    controller.abort(reason);
    for (const promise of [waiting, sleeping, task]) await expect(promise).rejects.toBe(reason);
  });
});

describe('cancel, in the hands of an attacker', () => {
  it('from inside the body: it ends when it ends, and rejects all the same', async () => {
    const hub = createTestHub();
    const task: Task<string> = hub.createTask(async (signal) => {
      await sleep(1000);
      task.cancel('enough');
      expect(signal.aborted).toBe(true);
      await sleep(1000);
      return 'a value';
    });
    const settled = settledAt(task, () => hub.clock!.frame);
    await hub.advance('5s');
    expect(settled.at).toBe(2000);
    await expect(task).rejects.toMatchObject({ code: 'CANCELLED', cause: 'enough' });
  });

  it('from inside the first step of the body, which has no promise', async () => {
    const hub = createTestHub();
    const tasks: Task<unknown>[] = [];
    hub.bus.listen('cancel', () => tasks[0]?.cancel());
    const task = hub.createTask((signal) => {
      setTimeout(() => tasks[0]!.cancel(), 0);
      return signal.aborted;
    });
    tasks.push(task);
    await hub.advance(1);
    expect([task.status, await task]).toEqual(['done', false]);
  });

  it('from a listener of its own signal, and twice: nothing happens again', async () => {
    const hub = createTestHub();
    let aborts = 0;
    const task = hub.createTask(async (signal) => sleep(60_000, { signal }));
    task.signal.addEventListener('abort', () => {
      aborts++;
      task.cancel('again');
    });
    task.cancel('first');
    task.cancel('second');
    await expect(task).rejects.toMatchObject({ cause: 'first' });
    expect(aborts).toBe(1);
  });

  it('reports what the promise of a cancelled task fails with, which would be lost', async () => {
    const hub = createTestHub();
    const task = hub.createTask(
      sleep(1000).then(() => Promise.reject(new Error('later'))),
      { name: 'wait' },
    );
    task.cancel();
    await expect(task).rejects.toBeInstanceOf(CancelledError);
    expect(hub.errors).toEqual([]);
    await hub.advance('2s');
    expect(hub.errors.map(({ name, error }) => `${name}: ${String(error)}`)).toEqual([
      'wait: Error: later',
    ]);
  });

  it('of a body that swallows it: cancelled when it ends, and waited for until then', async () => {
    const hub = createTestHub();
    const task = hub.createTask(async () => {
      await sleep(5000);
      return 'done all the same';
    });
    task.cancel();
    await hub.blockTillDone();
    expect([hub.clock!.frame, task.status]).toEqual([5000, 'cancelled']);
  });
});

it('is not an error in whoever awaits another task that was told to end with it', async () => {
  const hub = createTestHub();
  const scope = new Scope('lamps');
  const lamps = hub.scoped(scope);
  const inner = lamps.createTask((signal) => sleep(100, { signal }));
  const outer = lamps.createTask(async () => await inner);
  await scope.close();
  await expect(outer).rejects.toBeInstanceOf(CancelledError);
  expect(hub.errors).toEqual([]);
});
