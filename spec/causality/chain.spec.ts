import { describe, expect, it } from '@jest/globals';
import {
  type Activity,
  type BusEvent,
  Entity,
  EntityPlatform,
  type HubErrorReport,
  sleep,
  trackState,
  workerModule,
} from 'rxhome';
import { automation } from 'rxhome/integrations';
import { executeIn, runAction } from 'rxhome/operators';
import { debounceTime, delayWhen, map, Subject } from 'rxjs';
import { createTestHub } from 'rxhome/testing';

const chain = workerModule<typeof import('../fixtures/chain.worker.js')>(
  new URL('../fixtures/chain.worker.ts', import.meta.url),
);

function watched() {
  const hub = createTestHub();
  const seen: Activity[] = [];
  const errors: HubErrorReport[] = [];
  hub.activity$.subscribe((activity) => seen.push(activity));
  hub.errors$.subscribe((report) => errors.push(report));
  const find = (name: string): Activity => seen.find((one) => one.name === name)!;
  const byId = (id: number): Activity | undefined =>
    seen.find((one) => one.id === id && one.phase !== 'end');
  const changeOf = (entityId: string, state?: string): Activity =>
    seen.find(({ kind, detail }) => {
      const data = (detail['event'] as BusEvent<'state_changed'> | undefined)?.data;
      const isIt = kind === 'state' && data?.entityId === entityId;
      return isIt && (state === undefined || data.newState?.state === state);
    })!;
  /** From an activity up to the first: their names. No number leads to nowhere. */
  const up = (from: Activity): string[] => {
    const names = [from.name];
    for (let one = from; one.parent !== 0;) {
      const parent = byId(one.parent);
      if (!parent) throw new Error(`${one.name} has a parent that nobody told of`);
      names.push((one = parent).name);
    }
    return names;
  };
  return { hub, seen, errors, find, changeOf, up };
}

describe('the chain in the activity feed', () => {
  it('has no gap: event, automation, service, entity, sleep, another write', async () => {
    const { hub, seen, changeOf, up } = watched();
    class Bulb extends Entity {
      override readonly name = 'Hall';
      override state = 'off';
      async turnOn(): Promise<void> {
        this.state = 'dim';
        this.writeState();
        await sleep(10);
        this.state = 'on';
        this.writeState();
      }
    }
    const bulb = new Bulb();
    const lamp = hub.scoped(hub.scope.child('lamp'));
    await new EntityPlatform(lamp, { domain: 'light' }).addEntities([bulb]);
    lamp.services.register('bulb', 'go', () => bulb.turnOn());
    hub.configEntries.registerIntegration(automation);
    const data = {
      triggers: [{ event: 'press' }],
      actions: [{ call: 'bulb.go' }, { delay_seconds: 20 }, { set: 'input.done', state: 'yes' }],
    };
    await hub.configEntries.add({ domain: 'automation', title: 'Hall', data });
    hub.bus.fire('press');
    await hub.advance('1m');
    const toRun = ['Hall', 'pipe', 'automation_triggered', 'event press', 'press'];
    const call = ['bulb.go', 'bulb.go', ...toRun]; // as its caller waits for it, and itself
    expect(up(changeOf('light.hall', 'dim')).slice(1)).toEqual(call);
    expect(up(changeOf('light.hall', 'on')).slice(1)).toEqual(call);
    expect(up(changeOf('input.done')).slice(1)).toEqual(toRun);
    const delay = seen.find(({ name }) => name === 'Hall: 20 s')!;
    expect(delay).toMatchObject({ kind: 'timer', detail: { dueAt: delay.at + 20_000 } });
    expect(up(delay).slice(1)).toEqual(toRun);
    expect(up(seen.find(({ name }) => name === 'call_service')!).slice(1)).toEqual(call);
    for (const one of seen) up(one);
  });

  it('goes through workers that call back, by argument and by name', async () => {
    const { hub, changeOf, up } = watched();
    hub.bus.listen('press', async function onPress() {
      const result = await hub.addExecutorJob(chain.write, (id) => hub.states.set(id, 'on'));
      hub.states.set(result, 'on');
    });
    hub.bus.fire('press');
    await hub.advance('1s');
    const told = up(changeOf('sensor.told'));
    expect(told).toEqual(['state_changed', 'write', 'onPress', 'press']);
    expect(up(changeOf('sensor.named'))).toEqual(told);
    expect(up(changeOf('sensor.result'))).toEqual(['state_changed', 'onPress', 'press']);
  });

  it('goes through the action at the end of a pipeline, also of one that held its value back', async () => {
    const { hub, changeOf, up } = watched();
    const write = (id: string) =>
      async function act() {
        await sleep(5);
        hub.states.set(id, 'on');
      };
    const presses = hub.bus.on('press');
    presses.pipe(runAction(write('light.a'))).subscribe();
    presses.pipe(debounceTime(50), runAction(write('light.b'))).subscribe();
    presses.pipe(debounceTime(50)).subscribe(() => hub.states.set('light.d', 'on'));
    hub.bus.fire('press');
    await hub.advance('1s');
    expect(up(changeOf('light.a'))).toEqual(['state_changed', 'act', 'pipe', 'press']);
    expect(up(changeOf('light.b'))).toEqual(['state_changed', 'act', 'press']);
    expect(up(changeOf('light.d'))).toEqual(['state_changed', 'press']);
  });

  it('names the value that was let go, not the one in whose flow it was', async () => {
    const { hub, seen, up } = watched();
    const gate = hub.bus.on('gate');
    const acted: string[] = [];
    hub.bus
      .on('press')
      .pipe(
        delayWhen(() => gate),
        runAction(function act() {
          hub.bus.fire('acted');
        }),
      )
      .subscribe();
    hub.bus.fire('press');
    hub.bus.fire('gate');
    const event = seen.find(({ name }) => name === 'acted')!;
    acted.push(...up(event));
    expect(acted).toEqual(['acted', 'act', 'press']);
    expect(event.context!.parentId).toBe(seen.find(({ name }) => name === 'press')!.context!.id);
  });

  it('names no one where nobody can know: a value without an event, let go by a timer', async () => {
    const { hub, find } = watched();
    hub.bus
      .on('press')
      .pipe(
        map(() => 1),
        debounceTime(5),
        runAction(() => hub.bus.fire('acted')),
      )
      .subscribe();
    hub.bus.fire('press');
    await hub.advance(10);
    expect(find('action')).toMatchObject({ parent: 0, context: null });
    expect(find('acted').context!.parentId).toBeNull();
  });

  it('goes on with the results of actions and jobs, up to the next timer', async () => {
    const { hub, changeOf, up, find } = watched();
    hub.bus
      .on('press')
      .pipe(
        executeIn(hub, chain.write, { args: (): [() => void] => [() => undefined] }),
        runAction((id: string) => hub.states.set(id, 'on')),
      )
      .subscribe();
    hub.bus
      .on('press')
      .pipe(
        runAction(async function measure() {
          await sleep(5);
          return 21;
        }),
      )
      .subscribe((celsius) => hub.states.set('sensor.hall', celsius));
    hub.bus.fire('press');
    hub.bus.fire('other');
    await hub.advance('1s');
    expect(up(changeOf('sensor.hall'))).toEqual(['state_changed', 'measure', 'pipe', 'press']);
    expect(up(changeOf('sensor.result'))).toEqual([
      'state_changed',
      'action',
      'write',
      'pipe',
      'press',
    ]);
    const { context } = changeOf('sensor.hall');
    expect(context!.parentId).toBe(find('press').context!.id);
  });

  it('goes through trackState and through what a listener starts in another task', async () => {
    const { hub, changeOf, up } = watched();
    trackState(hub, 'light.a', async function follow() {
      await sleep(5);
      hub.states.set('light.b', 'on');
    });
    hub.states.set('light.a', 'on');
    await hub.advance('1s');
    expect(up(changeOf('light.b'))).toEqual(['state_changed', 'follow', 'state_changed']);
  });

  it('takes a Subject of the program as it is: what pushes is the cause', async () => {
    const { hub, changeOf, up } = watched();
    const values = new Subject<number>();
    values.pipe(runAction((value) => hub.states.set('sensor.a', value))).subscribe();
    hub.bus.listen('press', function onPress() {
      values.next(1);
    });
    hub.bus.fire('press');
    await hub.advance(1);
    const { context } = changeOf('sensor.a');
    expect(context!.parentId).not.toBeNull();
    expect(up(changeOf('sensor.a')).at(-1)).toBe('press');
  });
});

describe('a report in errors$', () => {
  it('names the call, task or job that failed', async () => {
    const { hub, errors, seen, find } = watched();
    const fail = (): never => {
      throw new Error('broken');
    };
    hub.bus.listen('press', function inline() {
      fail();
    });
    hub.bus.listen('press', async function later() {
      await sleep(1);
      fail();
    });
    hub.bus.on('press').subscribe(function stream() {
      fail();
    });
    hub.bus
      .on('press')
      .pipe(
        runAction(async function act() {
          await sleep(1);
          fail();
        }),
      )
      .subscribe();
    hub.createTask(fail, { name: 'task' });
    void hub.runJob(function job() {
      fail();
    });
    hub.bus.fire('press');
    await hub.advance('1s');
    const failed = Object.fromEntries(errors.map(({ name, activity }) => [name, activity]));
    const task = seen.find(({ name, kind }) => name === 'later' && kind === 'task')!;
    expect(failed).toEqual({
      inline: find('inline').id,
      later: task.id,
      stream: find('stream').id,
      act: find('act').id,
      task: find('task').id,
      job: find('job').id,
    });
    expect(find('job').detail).toEqual({ call: 'job', status: 'failed' });
  });

  it('names the event of a filter, and each failure its own call', () => {
    const { hub, errors, seen, find } = watched();
    const fail = (): never => {
      throw new Error('broken');
    };
    hub.bus.listen('a', () => undefined, { filter: fail });
    hub.bus.listen('b', fail);
    hub.bus.listen('b', fail);
    hub.bus.fire('b');
    hub.bus.fire('a');
    const calls = seen.filter(({ kind, name }) => kind === 'listener' && name === 'fail');
    expect(errors.map(({ activity }) => activity)).toEqual([
      calls[0]!.id,
      calls[1]!.id,
      find('a').id,
    ]);
  });

  it('says nothing of it while nobody looks', () => {
    const hub = createTestHub();
    hub.bus.listen('a', () => {
      throw new Error('broken');
    });
    hub.bus.fire('a');
    expect(hub.errors).toHaveLength(1);
    expect(hub.errors[0]).not.toHaveProperty('activity');
  });
});
