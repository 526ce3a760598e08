import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CancelledError, type Hub, type Scope, sleep } from 'rxhome';
import { createTestHub, type TestHub } from 'rxhome/testing';

// Who closes a scope from inside it must not be waited for: it would wait for itself.
let hub: TestHub;
let scope: Scope;
let mine: Hub;
let closedAt: number | undefined;
beforeEach(() => {
  hub = createTestHub();
  scope = hub.scope.child('automation');
  mine = hub.scoped(scope);
  closedAt = undefined;
});

/** Closes the scope, and notes when that was over. */
async function closeIt(): Promise<void> {
  await scope.close();
  closedAt = hub.clock!.frame;
}

/** Nothing was late. */
function expectNoWarnings(): void {
  expect(hub.log.filter(({ level }) => level === 'warn')).toEqual([]);
}

describe('close does not wait for', () => {
  afterEach(async () => {
    await hub.advance('1s');
    expect(closedAt).toBe(0);
    expectNoWarnings();
  });

  it('the task that calls it', () => {
    mine.createTask(closeIt);
  });

  it('the task that calls it after an await', () => {
    mine.createTask(async () => {
      await Promise.resolve();
      await closeIt();
    });
  });

  it('the background task that calls it', () => {
    mine.createBackgroundTask(closeIt, { name: 'reload' });
  });

  it('a task that awaits the task that calls it', () => {
    mine.createTask(async () => {
      await mine.createTask(async () => {
        await Promise.resolve();
        await mine.createTask(closeIt);
      });
    });
  });

  it('a task of a child scope that calls it', () => {
    hub.scoped(scope.child('rule')).createTask(async () => {
      await Promise.resolve();
      await closeIt();
    });
  });

  it('the async listener that calls it', () => {
    mine.bus.listen('e', closeIt);
    hub.bus.fire('e');
  });

  it('the async listener that calls it after an await', () => {
    mine.bus.listen('e', async () => {
      await Promise.resolve();
      await closeIt();
    });
    hub.bus.fire('e');
  });

  it('the plain listener that returns its promise', () => {
    mine.bus.listen('e', () => Promise.resolve().then(closeIt));
    hub.bus.fire('e');
  });

  it('the job that calls it', () => {
    void mine.runJob(() => Promise.resolve().then(closeIt));
  });

  it('the teardown that calls it', () => {
    scope.own(closeIt);
    void scope.close();
  });

  it('the teardown of a child that closes the parent', () => {
    scope.child('rule').own(closeIt);
    void scope.close();
  });
});

describe('close waits', () => {
  it('for the other tasks of the scope, also when a task calls it', async () => {
    let hasEnded = false;
    const other = mine.createTask(async (signal) => {
      await sleep(60_000, { signal }).catch(() => undefined);
      await sleep(1000);
      hasEnded = true;
    });
    other.catch(() => undefined);
    mine.createTask(async () => {
      await closeIt();
      expect(hasEnded).toBe(true);
    });
    await hub.advance('2s');
    expect(closedAt).toBe(1000);
    await expect(other).rejects.toBeInstanceOf(CancelledError);
    expect(hub.errors).toEqual([]);
  });
});

describe('a close that nobody awaits', () => {
  it('is no unhandled rejection when a teardown fails, only a report', async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown): number => unhandled.push(error);
    process.on('unhandledRejection', note);
    scope.own(() => {
      throw new Error('broken');
    });
    void scope.close();
    await hub.advance(10);
    await hub.stop();
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
    expect(hub.errors).toHaveLength(1);
  });
});
