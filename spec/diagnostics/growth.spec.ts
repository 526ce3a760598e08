import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { type Diagnostic, sleep } from 'rxhome';
import { createTestHub } from 'rxhome/testing';

const nothing = (): void => undefined;
const never = (): Promise<void> => new Promise(nothing);

async function started() {
  const hub = createTestHub({ watchdog: false, leaks: 'ignore' });
  const found: Diagnostic[] = [];
  hub.diagnostics$.subscribe((finding) => finding.kind === 'growth' && found.push(finding));
  await hub.start();
  const lamp = hub.scoped(hub.scope.child('lamp'));
  /** Lets each minute begin with `step`. */
  const minutes = async (count: number, step: (minute: number) => void): Promise<void> => {
    for (let minute = 0; minute < count; minute++) {
      step(minute);
      await hub.advance('1m');
    }
  };
  const growing = (owner = 'lamp') =>
    hub.snapshot().owners.find((row) => row.owner === owner)?.growing;
  return { hub, lamp, found, minutes, growing };
}

describe('a count that only grows', () => {
  it('is named with its owner, and again whenever it has doubled', async () => {
    const { hub, lamp, found, minutes, growing } = await started();
    const begun = Date.now();
    const leak = (): void => void lamp.bus.listen('door_opened', function onDoor() {});
    await minutes(5, () => Array.from({ length: 5 }, leak));
    expect([found, growing()]).toEqual([[], []]); // four looks have found it larger
    await minutes(1, () => Array.from({ length: 5 }, leak));
    const subject = { kind: 'listener', type: 'door_opened', name: 'onDoor' };
    const since = begun + 60_000;
    expect(found).toEqual([
      {
        kind: 'growth',
        at: begun + 360_000,
        owner: 'lamp',
        name: 'onDoor',
        message:
          'The listeners `onDoor` of `door_opened` of lamp only grow: 30 by now, from 5. Somebody forgets to end them.',
        durationMs: 300_000,
        where: null,
        stack: null,
        detail: { ...subject, from: 5, since, count: 30 },
      },
    ]);
    expect(growing()).toEqual([{ ...subject, from: 5, since, count: 30 }]);
    expect(hub.log.at(-1)).toMatchObject({ level: 'warn', message: found[0]!.message });
    await minutes(20, () => Array.from({ length: 5 }, leak));
    expect(found.map(({ detail }) => detail['count'])).toEqual([30, 60, 120]);
    expect(growing()).toMatchObject([{ count: 130 }]);
  });

  it('is what runs of one listener are that overlap', async () => {
    const { hub, lamp, found, minutes } = await started();
    lamp.bus.listen('tick', () => sleep(86_400_000), { name: 'onTick' });
    await minutes(25, () => hub.bus.fire('tick'));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({
      owner: 'lamp',
      name: 'onTick',
      detail: { kind: 'task', type: null, name: 'onTick', from: 1, count: 20 },
    });
  });

  it('may grow slowly, with pauses, but not shrink', async () => {
    const { lamp, found, minutes } = await started();
    await minutes(230, (minute) => {
      if (minute % 10 === 0) lamp.bus.listen('e', nothing);
    });
    expect(found).toMatchObject([{ detail: { type: 'e', count: 20 } }]);
  });

  it('is not what comes and goes, and begins anew when it has fallen', async () => {
    const { lamp, found, minutes, growing } = await started();
    const ends: (() => void)[] = [];
    const add = (): void => void ends.push(lamp.bus.listen('e', nothing));
    await minutes(40, (minute) => {
      for (let n = 0; n < 10; n++) add();
      if (minute % 5 === 4) ends.splice(0, 45).forEach((end) => end());
    });
    expect(found).toEqual([]);
    await minutes(6, () => Array.from({ length: 20 }, add));
    expect(found).toHaveLength(1);
    expect(growing()).toHaveLength(1);
    await minutes(1, () => ends.pop()!());
    expect(growing()).toEqual([]);
  });

  it('is not a home to which a device is added now and then', async () => {
    const { lamp, found, minutes } = await started();
    for (let n = 0; n < 100; n++) lamp.bus.listen('e', nothing);
    await minutes(99, () => lamp.bus.listen('e', nothing));
    expect(found).toEqual([]); // 199, from 101
    await minutes(5, () => lamp.bus.listen('e', nothing));
    expect(found).toMatchObject([{ detail: { from: 101, count: 202 } }]);
  });

  it('is not one that stays low, and not what is set up in the first minute', async () => {
    const { hub, lamp, found, minutes } = await started();
    await minutes(19, () => lamp.bus.listen('few', nothing));
    for (let n = 0; n < 1000; n++) hub.bus.listen('many', nothing);
    await minutes(60, () => undefined);
    expect(found).toEqual([]);
  });

  it('is told by event type where names differ, and by kind where types differ too', async () => {
    const { lamp, found, minutes } = await started();
    const told = (): unknown[] =>
      found.splice(0).map(({ name, detail: { kind, type, name: of } }) => [name, kind, type, of]);
    await minutes(20, (n) => lamp.bus.listen('e', nothing, { name: `listener ${n}` }));
    expect(told()).toEqual([['e', 'listener', 'e', null]]);
    const door = lamp.scoped(lamp.scope.child('door'));
    await minutes(20, (n) => {
      for (const type of ['a', 'b']) door.bus.listen(type, nothing, { name: `listener ${n}` });
    });
    expect(told().slice(-2)).toEqual([
      ['a', 'listener', 'a', null],
      ['b', 'listener', 'b', null],
    ]);
    const fan = lamp.scoped(lamp.scope.child('fan'));
    await minutes(20, (n) => fan.bus.listen(`type ${n}`, nothing));
    expect(told()).toEqual([['listeners', 'listener', null, null]]);
    await minutes(20, (n) => void fan.createTask(never, { name: `task ${n}` }));
    expect(told()).toEqual([['tasks', 'task', null, null]]);
  });

  it('is told for each of two names of one type', async () => {
    const { lamp, found, minutes } = await started();
    await minutes(10, () => {
      for (const name of ['one', 'two', 'one', 'two', 'one', 'two', 'one', 'two'])
        lamp.bus.listen('e', nothing, { name });
    });
    expect(found.map(({ name }) => name)).toEqual(['one', 'two']);
  });

  it('belongs to one life of an owner: nothing is left of it when its scope has closed', async () => {
    const { hub, lamp, found, minutes, growing } = await started();
    await minutes(10, () => Array.from({ length: 5 }, () => lamp.bus.listen('e', nothing)));
    expect(growing()).toHaveLength(1);
    await lamp.scope.close();
    expect(hub.snapshot().owners).toEqual([]);
    const next = hub.scoped(hub.scope.child('lamp'));
    await minutes(5, () => Array.from({ length: 60 }, () => next.bus.listen('e', nothing)));
    expect(found).toHaveLength(1);
    expect(growing()).toEqual([]);
  });

  it('is looked for from the start to the beginning of the stop', async () => {
    const keeper = createTestHub(); // of the clock
    const { hub } = await started();
    const clock = keeper.clock!;
    expect(clock.pendingTimers).toMatchObject([{ kind: 'interval' }]);
    const kinds: string[] = [];
    hub.bus.listen('homeassistant_stop', () => {
      kinds.push(...clock.pendingTimers.map(({ kind }) => kind));
    });
    await hub.stop();
    expect(kinds).not.toContain('interval');
    expect(clock.pendingCount).toBe(0);
  });

  it('keeps no process alive, nor does what looks for slow work', () => {
    const program = `import { Hub } from 'rxhome';
      const hub = new Hub({ debug: true, watchdog: false });
      hub.createTask(() => new Promise(() => undefined));
      void hub.start();
      await new Promise((resolve) => setImmediate(resolve));
      const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout');
      console.log(timers().length); // the limit of the start
      process.exit();`;
    const flags = ['--import', 'tsx', '--conditions=rxhome-source', '--input-type=module'];
    const out = execFileSync(process.execPath, [...flags, '-e', program], {
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    expect(out.trim()).toBe('1');
  });
});
