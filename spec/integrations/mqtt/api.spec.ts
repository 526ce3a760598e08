import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ConfigEntry, InvalidOptionError } from 'rxhome';
import type { MqttMessage, MqttRuntime } from 'rxhome/integrations';
import { type TestHub } from 'rxhome/testing';
import { until } from '../until.js';
import { addMqtt, createHome, Device, messages, shows } from './home.js';

let hub: TestHub;
let entry: ConfigEntry<unknown, MqttRuntime>;
let device: Device;
beforeEach(async () => {
  hub = createHome();
  entry = await addMqtt(hub, { embedded: true, port: 0 });
  device = await Device.connect(entry.runtimeData.url);
});
afterEach(async () => {
  await device.close();
  await hub.stop();
});

describe('mqtt.publish', () => {
  it('sends what it is given', async () => {
    await device.listen('#');
    await hub.services.call('mqtt', 'publish', { topic: 'a', payload: 'text', qos: 2 });
    await hub.services.call('mqtt', 'publish', { topic: 'b', payload: 5, retain: true });
    await hub.services.call('mqtt', 'publish', { topic: 'c' });
    await device.hears('a', 'text');
    await device.hears('b', '5');
    await device.hears('c', '');
    const late = await Device.connect(entry.runtimeData.url);
    await late.listen('#');
    await late.hears('b', '5');
    expect(late.heard.map(({ topic }) => topic)).toEqual(['b']);
    await late.close();
  });

  it.each([
    [{ topic: 'a/+' }, '`topic`: expected a topic without the wildcards'],
    [{ topic: '' }, '`topic`: expected a topic that is not empty'],
    [{}, '`topic`: expected a topic'],
    [{ topic: 'a', qos: 3 }, '`qos`: expected 0, 1 or 2'],
    [{ topic: 'a', payload: {} }, '`payload`: expected text'],
    [{ topic: 'a', entry: 'other' }, '`entry`: expected one of the entries `mqtt`, got other'],
  ])('refuses %j', async (data, message) => {
    await expect(hub.services.call('mqtt', 'publish', data)).rejects.toThrow(message);
  });

  it('wants to know which of several brokers is meant', async () => {
    const other = await addMqtt(hub, { embedded: true, port: 0 }, 'attic');
    const attic = await Device.connect(other.runtimeData.url);
    await attic.listen('#');
    await expect(hub.services.call('mqtt', 'publish', { topic: 'a' })).rejects.toThrow(
      '`entry`: expected one of the entries `mqtt`, `attic`, got none',
    );
    await hub.services.call('mqtt', 'publish', { topic: 'a', entry: 'attic' });
    await attic.hears('a');
    await hub.configEntries.unload(entry.entryId);
    await hub.services.call('mqtt', 'publish', { topic: 'b' });
    await attic.hears('b');
    await attic.close();
  });
});

describe('services for entities', () => {
  it('do what they can, and tell what they cannot', async () => {
    await device.announce('switch/a', { cmd_t: 'a/set', name: 'A' });
    await device.listen('a/set');
    await shows(hub, 'switch.a', 'unknown');
    const call = (entityId: unknown, service = 'turn_on', data = {}): PromiseLike<void> =>
      hub.services.call('switch', service, { ...data, entityId });
    await expect(call(['switch.b', 'switch.a'])).rejects.toThrow(
      'there is no `switch.b` that obeys `switch.turn_on`.',
    );
    await device.hears('a/set', 'ON');
    await expect(call(['switch.b', 'switch.c'])).rejects.toThrow(/`switch\.b`.*`switch\.c`/);
    await expect(call(5)).rejects.toThrow('`entityId`: expected the ids of entities');
    await expect(call('switch.a', 'turn_on', { brightness: 5 })).rejects.toThrow('brightness');
    await call('switch.a', 'toggle');
    await device.hears('a/set', 'OFF');
    await shows(hub, 'switch.a', 'off');
  });

  it('serve the entities of all entries, until the last one has gone', async () => {
    const other = await addMqtt(hub, { embedded: true, port: 0 }, 'attic');
    const attic = await Device.connect(other.runtimeData.url);
    await attic.announce('switch/b', { cmd_t: 'b/set', name: 'B' });
    await device.announce('switch/a', { cmd_t: 'a/set', name: 'A' });
    await shows(hub, 'switch.a', 'unknown');
    await shows(hub, 'switch.b', 'unknown');
    await hub.configEntries.unload(entry.entryId);
    await attic.listen('b/set');
    await hub.services.call('switch', 'turn_on', {}, { target: { entityId: 'switch.b' } });
    await attic.hears('b/set', 'ON');
    await attic.announce('switch/b', '');
    await until('the end', () => !hub.services.has('switch', 'turn_on'));
    await attic.close();
  });

  it('of somebody else are left alone', async () => {
    const calls: unknown[] = [];
    hub.services.register('switch', 'turn_on', ({ data }) => void calls.push(data));
    await device.announce('switch/a', { cmd_t: 'a/set', name: 'A' });
    await shows(hub, 'switch.a', 'unknown');
    await hub.services.call('switch', 'turn_on', { entityId: 'switch.a' });
    expect(calls).toHaveLength(1);
    expect(hub.services.has('switch', 'turn_off')).toBe(true);
    expect(hub.log.map(({ message }) => message).join()).toContain(
      '`switch.turn_on` is offered by',
    );
  });
});

describe('the runtime of an entry', () => {
  it('hands out messages: kept ones first, to each who subscribes, once', async () => {
    await device.tell('kept/a', 'old');
    const first: MqttMessage[] = [];
    const second: MqttMessage[] = [];
    entry.runtimeData.subscribe('kept/+').subscribe((message) => first.push(message));
    await until('the kept one', () => first.length === 1);
    const subscription = entry.runtimeData
      .subscribe('kept/+')
      .subscribe((message) => second.push(message));
    await until('the kept one again', () => second.length === 1);
    await device.tell('kept/a', 'new');
    await until('the new one', () => second.length === 2);
    expect(first.map(({ text, retain }) => [text, retain])).toEqual([
      ['old', true],
      ['new', false],
    ]);
    subscription.unsubscribe();
    await device.tell('kept/a', 'newer');
    await until('the newest one', () => first.length === 3);
    expect(second).toHaveLength(2);
  });

  it('is not harmed by who listens', async () => {
    const heard: string[] = [];
    entry.runtimeData.subscribe('t').subscribe(() => {
      throw new Error('bad listener');
    });
    entry.runtimeData.subscribe('t').subscribe(({ text }) => heard.push(text));
    await device.tell('t', '1');
    await until('the message', () => heard.length === 1);
    expect(messages(hub)).toEqual(['Error: bad listener']);
  });

  it.each(['', 'a/#/b', 'a+', 'a/b#', '$share/g/a', 'a\0'])('refuses the filter %j', (filter) => {
    expect(() => entry.runtimeData.subscribe(filter)).toThrow(InvalidOptionError);
  });

  it('tells whether it is connected, and is silent after the unloading', async () => {
    const told: boolean[] = [];
    const { runtimeData } = entry;
    runtimeData.connected$.subscribe((is) => told.push(is));
    expect(told).toEqual([true]);
    await expect(runtimeData.publish('a/#', '')).rejects.toThrow(InvalidOptionError);
    await hub.configEntries.unload(entry.entryId);
    await expect(runtimeData.publish('a', '')).rejects.toMatchObject({
      code: 'MQTT_NOT_CONNECTED',
    });
  });
});
