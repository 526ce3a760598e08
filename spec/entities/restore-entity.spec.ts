import { mkdtemp, rm, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { EntityPlatform, RestoreEntity, Scope } from 'rxhome';
import { createTestHub, type TestHub } from 'rxhome/testing';

let configDir: string;
beforeEach(async () => {
  configDir = await mkdtemp(join(tmpdir(), 'rxhome-restore-'));
});
afterEach(() => rm(configDir, { recursive: true, force: true }));

class Counter extends RestoreEntity {
  override name = 'Counter';
  override uniqueId = 'counter';
  count = 0;
  secret = 'none';

  override get state(): number {
    return this.count;
  }

  override get attributes(): Readonly<Record<string, unknown>> {
    return { unit: 'rings' };
  }

  override get extraData(): unknown {
    return { secret: this.secret };
  }

  override async onAdded(): Promise<void> {
    await super.onAdded();
    this.count = Number(this.lastState?.state ?? 0);
  }
}

async function add(hub: TestHub): Promise<Counter> {
  const scope = new Scope('rings');
  const counter = new Counter();
  await new EntityPlatform(hub.scoped(scope), { domain: 'sensor' }).addEntities([counter]);
  await hub.advance(0);
  return counter;
}

it('knows nothing at first, and what was after a restart', async () => {
  const before = createTestHub({ configDir });
  await before.start();
  const first = await add(before);
  expect(first.lastState).toBeUndefined();
  expect(before.states.is('sensor.counter', 0)).toBe(true);
  first.count = 7;
  first.secret = 'seven';
  first.writeState();
  await before.stop();

  const after = createTestHub({ configDir });
  await after.start();
  const second = await add(after);
  expect(second.lastState).toMatchObject({
    state: '7',
    attributes: { unit: 'rings' },
    extra: { secret: 'seven' },
  });
  expect(after.states.is('sensor.counter', 7)).toBe(true);
});

it('knows it over a removal too', async () => {
  const hub = createTestHub({ configDir });
  const first = await add(hub);
  first.count = 3;
  first.writeState();
  await first.remove();
  const second = await add(hub);
  expect(second.count).toBe(3);
});

it('is added all the same when nothing can be read', async () => {
  await mkdir(join(configDir, '.storage'));
  await writeFile(join(configDir, '.storage', 'core.restore_state'), 'no JSON {');
  const hub = createTestHub({ configDir });
  const counter = await add(hub);
  expect(counter.lastState).toBeUndefined();
  expect(hub.states.is('sensor.counter', 0)).toBe(true);
  expect(hub.errors).toMatchObject([{ source: 'storage' }]);
});
