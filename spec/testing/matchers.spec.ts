import { describe, expect, it } from '@jest/globals';
import { createTestHub, hubMatchers } from 'rxhome/testing';
import 'rxhome/testing/jest';

describe('toHaveState', () => {
  it('compares the text, and the attributes that are named', () => {
    const hub = createTestHub();
    hub.states.set('light.hall', 'on', { brightness: 180, color: { r: 1 } });
    expect(hub).toHaveState('light.hall');
    expect(hub).toHaveState('light.hall', 'on');
    expect(hub).toHaveState('light.hall', 'on', { color: { r: 1 } });
    expect(hub).toHaveState('light.hall', 'on', { brightness: expect.any(Number) });
    expect(hub).not.toHaveState('light.hall', 'off');
    expect(hub).not.toHaveState('light.hall', 'on', { brightness: 179 });
    expect(hub).not.toHaveState('light.cellar');
  });

  it('says what is there', () => {
    const hub = createTestHub();
    hub.states.set('light.hall', 'on', { brightness: 180 });
    expect(() => expect(hub).toHaveState('light.hall', 'off')).toThrow(
      'Expected `light.hall` to be `off`; it is `on` { brightness: 180 }.',
    );
    expect(() => expect(hub).not.toHaveState('light.hall', 'on')).toThrow('not to be `on`');
    expect(() => expect(hub).toHaveState('light.cellar')).toThrow('not known to the hub');
  });
});

describe('toHaveFired', () => {
  it('knows what was fired, whether somebody listened or not', () => {
    const hub = createTestHub();
    hub.bus.fire('doorbell', { door: 'front', rings: 2 });
    expect(hub).toHaveFired('doorbell');
    expect(hub).toHaveFired('doorbell', { door: 'front' });
    expect(hub).not.toHaveFired('doorbell', { door: 'back' });
    expect(hub).not.toHaveFired('alarm');
    expect(hub.bus.listenerCounts()).toEqual({});
  });

  it('says what was fired instead', () => {
    const hub = createTestHub();
    expect(() => expect(hub).toHaveFired('alarm')).toThrow('no events at all');
    hub.bus.fire('doorbell', { door: 'front' });
    expect(() => expect(hub).toHaveFired('alarm')).toThrow('Fired were: doorbell.');
    expect(() => expect(hub).toHaveFired('doorbell', { door: 'back' })).toThrow(
      "It was fired with: { door: 'front' }.",
    );
    expect(() => expect(hub).not.toHaveFired('doorbell')).toThrow('not to have been fired');
  });
});

describe('toHaveCalledService', () => {
  it('knows the calls, with their targets', async () => {
    const hub = createTestHub();
    hub.services.register('light', 'turn_on', () => undefined);
    await hub.services.call('light', 'turn_on', { brightness: 5 }, { target: { entityId: 'a.b' } });
    expect(hub).toHaveCalledService('light', 'turn_on');
    expect(hub).toHaveCalledService('light', 'turn_on', { entityId: 'a.b', brightness: 5 });
    expect(hub).not.toHaveCalledService('light', 'turn_on', { brightness: 6 });
    expect(hub).not.toHaveCalledService('light', 'turn_off');
    expect(() => expect(hub).toHaveCalledService('light', 'turn_off')).toThrow(
      "Called were: light.turn_on { brightness: 5, entityId: 'a.b' }.",
    );
  });
});

it('want a test hub that keeps events', () => {
  expect(() => expect({}).toHaveFired('x')).toThrow('Expected a hub of `createTestHub`, got `{}`.');
  expect(() => expect(null).toHaveState('a.b')).toThrow('got `null`');
  const forgetful = createTestHub({ record: false });
  expect(() => expect(forgetful).toHaveFired('x')).toThrow('{ record: true }');
});

it('are plain functions for any other runner', () => {
  const hub = createTestHub();
  expect(hubMatchers.toHaveState(hub, 'a.b').pass).toBe(false);
});

describe('under attack', () => {
  it('take names of services in any case, as calls do', async () => {
    const hub = createTestHub();
    hub.services.register('light', 'turn_on', () => undefined);
    await hub.services.call('Light', 'TURN_ON', { n: 1 });
    expect(hub).toHaveCalledService('light', 'turn_on', { n: 1 });
    expect(hub).toHaveCalledService('LIGHT', 'Turn_On');
  });

  it('compare states as they are written', () => {
    const hub = createTestHub();
    hub.states.set('sensor.x', 0, { none: null, missing: undefined });
    expect(hub).toHaveState('sensor.x', 0);
    expect(hub).toHaveState('sensor.x', undefined, { none: null });
    expect(hub).not.toHaveState('sensor.x', '');
    expect(hub).not.toHaveState('sensor.x', undefined, { other: undefined });
    hub.states.set('sensor.y', false);
    expect(hub).toHaveState('sensor.y', false);
  });
});
