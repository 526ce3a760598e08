import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { automation } from 'rxhome/integrations';
import { createTestHub, type TestHub } from 'rxhome/testing';

let hub: TestHub;
/** `condition | value` of each time that it was blocked. */
let blocked: string[];
let runs: number;

beforeEach(() => {
  hub = createTestHub();
  blocked = [];
  runs = 0;
  hub.configEntries.registerIntegration(automation);
  hub.bus.listen('automation_blocked', ({ data, context }) => {
    expect(data).toMatchObject({ name: 'Hall light', source: 'event go' });
    expect(context.parentId).not.toBeNull();
    blocked.push(`${data.condition} | ${data.value}`);
  });
  hub.bus.listen('ran', () => runs++);
});
afterEach(() => hub.stop());

/** Triggers an automation with these conditions, and tells what blocked it. */
async function block(...conditions: object[]): Promise<string | undefined> {
  const data = { triggers: [{ event: 'go' }], conditions, actions: [{ fire: 'ran' }] };
  const entry = await hub.configEntries.add({ domain: 'automation', title: 'Hall light', data });
  hub.bus.fire('go');
  await hub.advance(0);
  await hub.configEntries.remove(entry.entryId);
  return blocked.pop();
}

describe('automation_blocked', () => {
  it('is fired, by the trigger, instead of the run when a condition is not met', async () => {
    hub.states.set('sun.sun', 'above_horizon');
    const below = { state: 'sun.sun', is: 'below_horizon' };
    expect(await block(below)).toBe('sun.sun is below_horizon | above_horizon');
    expect(runs).toBe(0);
    expect(await block({ not: below })).toBeUndefined();
    expect(runs).toBe(1);
    expect(await block()).toBeUndefined();
  });

  it('names the first that is not met', async () => {
    hub.states.set('a.b', 'on');
    const no = (is: string) => ({ state: 'a.b', is });
    expect(await block(no('on'), no('x'), no('y'))).toBe('a.b is x | on');
    expect(await block({ all: [no('on'), { all: [no('z')] }] })).toBe('a.b is z | on');
  });

  it('tells of states, attributes, several entities, and how long', async () => {
    hub.states.set('a.b', 'on', { mode: ['eco'], level: 3 });
    hub.states.set('a.c', 'off');
    expect(await block({ state: 'a.x', is: 'on' })).toBe('a.x is on | not there');
    expect(await block({ state: ['a.b', 'a.c'], is: ['on', 'open'] })).toBe(
      'a.b and a.c is on or open | a.c is off',
    );
    const attribute = { state: 'a.b', attribute: 'level', is: 4 };
    expect(await block(attribute)).toBe('a.b level is 4 | 3');
    expect(await block({ ...attribute, attribute: 'mode' })).toBe('a.b mode is 4 | ["eco"]');
    expect(await block({ ...attribute, attribute: 'no' })).toBe('a.b no is 4 | not there');
    await hub.advance('12s');
    const lasting = { state: 'a.b', is: 'on', for_seconds: 60 };
    expect(await block(lasting)).toBe('a.b is on for 60 s | on for 12 s');
  });

  it('tells of numbers and times', async () => {
    hub.states.set('sensor.lux', '55.5');
    expect(await block({ numeric: 'sensor.lux', below: 40 })).toBe('sensor.lux is below 40 | 55.5');
    expect(await block({ numeric: 'sensor.lux', above: 60, below: 70 })).toBe(
      'sensor.lux is above 60 and below 70 | 55.5',
    );
    await hub.advance(new Date('2030-06-19T12:30:00Z').getTime() - Date.now());
    const time = { after: '22:00', before: '06:00', weekdays: ['mon', 'tue'], time_zone: 'UTC' };
    expect(await block({ time })).toBe(
      'time is after 22:00 before 06:00 on mon, tue in UTC | wed 12:30',
    );
  });

  it('tells of any and not, with what is so', async () => {
    hub.states.set('a.b', 'on');
    hub.states.set('a.c', 'off');
    const b = { state: 'a.b', is: 'x' };
    const c = { state: 'a.c', is: 'y' };
    expect(await block({ any: [b, c] })).toBe('any of (a.b is x; a.c is y) | on; off');
    const isOn = { state: 'a.b', is: 'on' };
    expect(await block({ not: isOn })).toBe('not (a.b is on) | on');
    expect(await block({ not: { all: [isOn] } })).toBe('not (all of (a.b is on)) | on');
    expect(await block({ any: [] })).toBe('any of () | ');
  });
});
