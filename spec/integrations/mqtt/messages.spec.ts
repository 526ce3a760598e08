import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ConfigEntry } from 'rxhome';
import type { MqttRuntime } from 'rxhome/integrations';
import { type TestHub } from 'rxhome/testing';
import { pause, until } from '../until.js';
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

/** A sensor behind all that was sent before: when it shows the value, that was handled. */
async function settled(): Promise<void> {
  const value = String(Math.random());
  await device.announce('sensor/probe', {
    state_topic: 'probe',
    name: 'Probe',
    unique_id: 'probe',
  });
  await device.tell('probe', value);
  await shows(hub, 'sensor.probe', value);
}

describe('announcements that are wrong', () => {
  it.each([
    ['sensor/s', '{', 'The payload on `homeassistant/sensor/s/config` is not JSON: `{`.'],
    ['sensor/s', '[1]', 'expected an object, got `[1]`'],
    ['sensor/s', Buffer.from([0x7b, 0xff, 0xfe]), 'is not UTF-8'],
    ['sensor/s', Buffer.alloc(1024 * 1024 + 1, 0x20), '1048577 bytes; 1048576 are read at most'],
    ['sensor/s', { state_topic: 7 }, '`state_topic`: expected a topic'],
    [
      'sensor/s',
      { stat_t: 'a/+' },
      '`state_topic`: expected a topic without the wildcards `+` and `#`, got `a/+`',
    ],
    [
      'sensor/s',
      { stat_t: 'a', avty: [{ t: 'b' }, { t: '' }] },
      '`availability.1.topic`: expected a topic that is not empty',
    ],
    ['sensor/s', { stat_t: 'a', avty_t: 'b', avty: [] }, 'not both'],
    ['sensor/s', { stat_t: 'a', qos: 3 }, '`qos`: expected 0, 1 or 2'],
    [
      'sensor/s',
      { stat_t: 'a', val_tpl: '{{ value | float }}' },
      '`value_template`: the template `{{ value | float }}` is not known here; there are `{{ value }}`',
    ],
    ['light/l', { cmd_t: 'a', stat_t: 'b' }, '`schema`: expected `json`'],
    ['switch/s', {}, '`command_topic`: expected a topic'],
    [
      'sensor/odd id!',
      { stat_t: 'a' },
      'expected ids of letters, digits, `_` and `-`, got `odd id!`',
    ],
    [
      'sensor/x',
      { stat_t: 'a', avty_mode: 'some' },
      '`availability_mode`: expected `all`, `any` or `latest`',
    ],
  ])('%s: %j', async (path, config, message) => {
    const payload =
      Buffer.isBuffer(config) || typeof config === 'string' ? config : JSON.stringify(config);
    await device.tell(`homeassistant/${path}/config`, payload);
    await device.tell(`homeassistant/${path}/config`, payload); // told once
    await settled();
    expect(messages(hub)).toEqual([expect.stringContaining(message)]);
    expect(messages(hub)[0]).toContain(`homeassistant/${path}/config`);
    expect(hub.errors[0]).toMatchObject({ source: 'integration', owner: 'mqtt' });
    expect(hub.states.entityIds()).toEqual(['sensor.probe']);
    expect(entry.state).toBe('loaded');
  });

  it('are reported anew after they were right', async () => {
    for (const config of [{ stat_t: 1 }, { stat_t: 'a', name: 'A', uniq_id: 'a' }, { stat_t: 2 }])
      for (let i = 0; i < 2; i++) {
        await device.announce('sensor/a', config);
        await settled();
      }
    expect(messages(hub)).toHaveLength(2);
    expect(hub.states.is('sensor.a', 'unknown')).toBe(true);
  });

  it('with the unique id of another are refused, and the other stays', async () => {
    await device.announce('sensor/a', { stat_t: 'a', uniq_id: 'same', name: 'A' });
    await device.announce('sensor/b', { stat_t: 'b', uniq_id: 'same', name: 'B' });
    await device.announce('switch/b', { cmd_t: 'b', uniq_id: 'same', name: 'B' });
    await settled();
    expect(messages(hub)).toEqual([
      'MqttMessageError: The announcement on `homeassistant/sensor/b/config` is wrong: `unique_id`: the sensor of `homeassistant/sensor/a/config` has `same` already.',
    ]);
    expect(hub.states.entityIds().sort()).toEqual(['sensor.a', 'sensor.probe', 'switch.b']);
    await device.announce('sensor/a', '');
    await device.announce('sensor/b', { stat_t: 'b', uniq_id: 'same', name: 'B' });
    await shows(hub, 'sensor.a', 'unknown'); // the unique id had that name
  });

  it('of what is not known here are only noted', async () => {
    await device.announce('cover/a', { whatever: true });
    await device.announce('cover/b', { whatever: true });
    await settled();
    const noted = hub.log.filter(({ message }) => message.includes('`cover`'));
    expect(noted).toHaveLength(1);
    expect(messages(hub)).toEqual([]);
  });
});

describe('names', () => {
  it.each([
    [{ name: null, device: { name: 'Hall' } }, 'sensor.hall', 'Hall'],
    [{ name: 'Power', device: { name: 'Hall' } }, 'sensor.hall_power', 'Hall Power'],
    [
      { dev_cla: 'signal_strength', dev: { name: 'Hall' } },
      'sensor.hall_signal_strength',
      'Hall Signal strength',
    ],
    [{ name: 'X', object_id: 'hall power' }, 'sensor.hall_power', 'X'],
    [{ name: 'X', default_entity_id: 'sensor.hall_x' }, 'sensor.hall_x', 'X'],
    [{}, 'sensor.mqtt_sensor', 'MQTT sensor'],
  ])('%j is %s', async (config, entityId, name) => {
    await device.announce('sensor/n', { stat_t: 'n', ...config });
    await shows(hub, entityId, 'unknown');
    expect(hub.states.get(entityId)?.name).toBe(name);
  });

  it('get a number when they are taken, and what is hidden has none', async () => {
    await device.announce('sensor/a', { stat_t: 'n', obj_id: 'n', name: 'A' });
    await device.announce('sensor/b', { stat_t: 'n', obj_id: 'n', name: 'B' });
    await device.announce('sensor/c', { stat_t: 'n', obj_id: 'n', name: 'C', en: false });
    await settled();
    expect(hub.states.entityIds().sort()).toEqual(['sensor.n', 'sensor.n_2', 'sensor.probe']);
  });
});

describe('messages with states', () => {
  it('that are wrong change nothing, and are told once', async () => {
    const common = { stat_t: 's', val_tpl: '{{ value_json.v }}' };
    await device.announce('sensor/s', { ...common, name: 'S', uniq_id: 's' });
    await device.announce('binary_sensor/b', {
      ...common,
      name: 'B',
      uniq_id: 'b',
      json_attr_t: 'attributes',
    });
    await device.announce('light/l', {
      schema: 'json',
      cmd_t: 'c',
      stat_t: 'light',
      name: 'L',
      uniq_id: 'l',
    });
    await device.tell('s', { v: 'ON' });
    await device.tell('light', { state: 'ON' });
    await shows(hub, 'binary_sensor.b', 'on');
    await shows(hub, 'light.l', 'on');
    for (const bad of ['{', '{"v":"maybe"}', Buffer.from([0xff]), 'x'.repeat(2 ** 20 + 1)])
      await device.tell('s', bad);
    for (const bad of ['ON', '{"state":"DIM"}', '{"state":{}}']) await device.tell('light', bad);
    await device.tell('attributes', '[1]');
    await settled();
    expect(hub.states.get('sensor.s')?.state).toBe('maybe');
    expect(hub.states.is('binary_sensor.b', 'on')).toBe(true);
    expect(hub.states.is('light.l', 'on')).toBe(true);
    expect(hub.errors.map(({ name }) => name).sort()).toEqual([
      'attributes for binary_sensor.b',
      'light for light.l',
      's for binary_sensor.b',
      's for sensor.s',
    ]);
  });

  it('that do not have the value say nothing of it', async () => {
    await device.announce('sensor/s', { stat_t: 's', val_tpl: '{{ value_json.a.b }}', name: 'S' });
    for (const payload of ['{"a":{"b":1}}', '{"a":5}', '{}', 'null', '[]'])
      await device.tell('s', payload);
    await settled();
    expect(hub.states.is('sensor.s', 1)).toBe(true);
    expect(messages(hub)).toEqual([]);
  });

  it('that are too long for a state are reported, and the sensor knows nothing then', async () => {
    await device.announce('sensor/s', { stat_t: 's', name: 'S' });
    await device.tell('s', 'x'.repeat(300));
    await settled();
    expect(messages(hub)).toEqual([expect.stringContaining('can have 255 characters, got 300')]);
    expect(hub.states.is('sensor.s', 'unknown')).toBe(true);
    await device.tell('s', 'fine');
    await shows(hub, 'sensor.s', 'fine');
  });

  it('bring attributes, but not those that say what the entity is', async () => {
    await device.announce('sensor/s', {
      stat_t: 's',
      name: 'S',
      json_attr_t: 's',
      unit_of_meas: 'W',
      val_tpl: '{{ value_json.v }}',
    });
    await device.tell('s', {
      v: 1,
      friendly_name: 'Evil',
      unit_of_measurement: 'A',
      linkquality: 90,
    });
    await shows(hub, 'sensor.s', '1');
    expect(hub.states.get('sensor.s')?.attributes).toEqual({
      friendly_name: 'S',
      unit_of_measurement: 'W',
      v: 1,
      linkquality: 90,
    });
  });

  it('with `force_update` count as changes', async () => {
    await device.announce('sensor/s', { stat_t: 's', name: 'S', frc_upd: true });
    await device.announce('sensor/t', { stat_t: 's', name: 'T' });
    await settled();
    const changes: string[] = [];
    hub.bus.listen('state_changed', ({ data }) => void changes.push(data.entityId));
    await device.tell('s', '1');
    await device.tell('s', '1');
    await until('the changes', () => changes.length >= 3);
    await settled();
    expect(changes.filter((id) => id === 'sensor.s')).toHaveLength(2);
    expect(changes.filter((id) => id === 'sensor.t')).toHaveLength(1);
  });

  it('are missed after a while with `expire_after`, and end by themselves with `off_delay`', async () => {
    await device.announce('sensor/s', { stat_t: 's', name: 'S', exp_aft: 0.3 });
    await device.announce('binary_sensor/m', { stat_t: 'm', name: 'M', off_dly: 0.1 });
    await shows(hub, 'sensor.s', 'unavailable');
    await shows(hub, 'binary_sensor.m', 'unknown');
    // All that they show: who only looks now and then may be too late.
    const shown: Record<string, unknown[]> = { 'sensor.s': [], 'binary_sensor.m': [] };
    hub.bus.listen('state_changed', ({ data: { entityId, newState } }) => {
      shown[entityId]?.push(newState?.state);
    });
    await device.tell('s', '1');
    await device.tell('m', 'ON');
    await until('both ends', () => Object.values(shown).every(({ length }) => length >= 2));
    expect(shown).toEqual({ 'sensor.s': ['1', 'unavailable'], 'binary_sensor.m': ['on', 'off'] });
    await device.tell('s', '2');
    await until('the next value', () => shown['sensor.s']?.includes('2'));
    const { length } = hub.errors;
    await hub.configEntries.unload(entry.entryId);
    await pause(400); // a timer that was left would write into a closed scope, which throws here
    expect(hub.errors).toHaveLength(length);
  });

  it.each([
    ['all', ['offline', 'online'], 'unavailable'],
    ['any', ['online', 'offline'], 'unknown'],
    ['latest', ['online', 'offline'], 'unavailable'],
    ['latest', ['offline', 'online'], 'unknown'],
  ])('tell of availability: %s of %j is %s', async (mode, [first, second], state) => {
    await device.announce('sensor/s', {
      stat_t: 's',
      name: 'S',
      avty: [{ t: 'a' }, { t: 'b' }],
      avty_mode: mode,
    });
    await shows(hub, 'sensor.s', 'unavailable');
    await device.tell('a', first!);
    await device.tell('b', second!);
    await settled();
    expect(hub.states.is('sensor.s', state)).toBe(true);
  });
});

describe('a flood', () => {
  it('of 10,000 messages leaves turns to others, and ends with the last value', async () => {
    await device.announce('sensor/s', { stat_t: 's', name: 'S' });
    await shows(hub, 'sensor.s', 'unknown');
    let turns = 0;
    let isOver = false;
    const others = (async () => {
      for (; !isOver; turns++) await nextTurn();
    })();
    for (let i = 1; i <= 10_000; i++) device.client.publish('s', String(i));
    await until('the last message', () => hub.states.is('sensor.s', 10_000), 25_000);
    isOver = true;
    await others;
    expect(turns).toBeGreaterThan(20);
    expect(messages(hub)).toEqual([]);
  }, 30_000);

  it('of bad messages on many topics is not one of reports', async () => {
    entry.runtimeData.subscribe('bad/#').subscribe(({ json }) => json);
    await device.announce('sensor/s', { stat_t: 's', name: 'S', val_tpl: '{{ value_json.x }}' });
    await settled();
    for (let i = 0; i < 500; i++) {
      device.client.publish('s', 'no json');
      device.client.publish(`homeassistant/sensor/n${i}/config`, 'no json');
      device.client.publish(`homeassistant/sensor/n${i}/config`, 'no json');
    }
    await until('the reports', () => messages(hub).length >= 501);
    await settled();
    expect(messages(hub)).toHaveLength(501);
  }, 30_000);
});
