import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { StateChanged } from 'rxhome';
import { expectNoLeaks, recordEvents, type TestHub } from 'rxhome/testing';
import { until } from '../until.js';
import { type Broker, BROKERS } from './brokers.js';
import { addMqtt, createHome, Device, messages, shows } from './home.js';

describe.each(BROKERS)('mqtt with %s', (_name, startBroker) => {
  let broker: Broker;
  let device: Device;
  let hub: TestHub;

  beforeEach(async () => {
    broker = await startBroker();
    device = await Device.connect(broker.url);
    hub = createHome();
  });
  afterEach(async () => {
    await hub.stop();
    await device.close();
    await broker.close();
  });
  const add = (data: object = {}): ReturnType<typeof addMqtt> =>
    addMqtt(hub, { broker: broker.url, ...data });

  const bulb = {
    schema: 'json',
    name: null,
    unique_id: 'bulb',
    state_topic: 'zigbee2mqtt/Living room',
    command_topic: 'zigbee2mqtt/Living room/set',
    supported_color_modes: ['color_temp', 'xy'],
    brightness: true,
    brightness_scale: 254,
    device: { identifiers: ['zigbee2mqtt_0x0017880104e45522'], name: 'Living room' },
  };

  it('shows what devices announce, before and after it came', async () => {
    await device.announce('sensor/0x0017880104e45522/temperature', {
      '~': 'zigbee2mqtt',
      uniq_id: 'x_temperature',
      dev_cla: 'temperature',
      unit_of_meas: '°C',
      stat_cla: 'measurement',
      stat_t: '~/Living room',
      val_tpl: '{{ value_json.temperature }}',
      avty: [{ t: '~/bridge/state', val_tpl: '{{ value_json.state }}' }],
      dev: { ids: ['x'], name: 'Living room', mf: 'Philips' },
    });
    await device.tell('zigbee2mqtt/bridge/state', { state: 'online' });
    await device.tell('zigbee2mqtt/Living room', { temperature: 21.5, contact: false });
    const entry = await add();
    expect(entry.state).toBe('loaded');
    await shows(hub, 'sensor.living_room_temperature', '21.5');
    expect(hub.states.get('sensor.living_room_temperature')?.attributes).toEqual({
      friendly_name: 'Living room Temperature',
      device_class: 'temperature',
      state_class: 'measurement',
      unit_of_measurement: '°C',
    });
    await device.announce('binary_sensor/x/contact', {
      unique_id: 'x_contact',
      name: 'Door',
      device_class: 'door',
      state_topic: 'zigbee2mqtt/Living room',
      value_template: '{{ value_json["contact"] }}',
      payload_on: false,
      payload_off: true,
    });
    await shows(hub, 'binary_sensor.door', 'on');
    await device.tell('zigbee2mqtt/Living room', { temperature: null, contact: true });
    await shows(hub, 'binary_sensor.door', 'off');
    await shows(hub, 'sensor.living_room_temperature', 'unknown');
    await device.tell('zigbee2mqtt/bridge/state', { state: 'offline' });
    await shows(hub, 'sensor.living_room_temperature', 'unavailable');
    expect(messages(hub)).toEqual([]);
  });

  it('commands a light, and shows what it answers', async () => {
    await device.announce('light/x/light', bulb);
    await device.listen('zigbee2mqtt/Living room/set');
    await add();
    await shows(hub, 'light.living_room', 'unknown');
    const call = hub.services.call(
      'light',
      'turn_on',
      { brightness: 128, rgb_color: [255, 0, 0], transition: 2 },
      { target: { entityId: 'light.living_room' } },
    );
    await call;
    expect(JSON.parse(await device.hears('zigbee2mqtt/Living room/set'))).toEqual({
      state: 'ON',
      brightness: 127, // of 254
      transition: 2,
      color: { x: 0.6401, y: 0.33 },
    });
    expect(hub.states.is('light.living_room', 'unknown')).toBe(true);
    await device.tell('zigbee2mqtt/Living room', {
      state: 'ON',
      brightness: 127,
      color_mode: 'xy',
      color: { x: 0.64, y: 0.33 },
      color_temp: 300,
    });
    await shows(hub, 'light.living_room', 'on');
    expect(hub.states.get('light.living_room')?.attributes).toEqual({
      friendly_name: 'Living room',
      supported_color_modes: ['color_temp', 'xy'],
      color_mode: 'xy',
      brightness: 128,
      xy_color: [0.64, 0.33],
    });
    await hub.services.call('light', 'toggle', {}, { target: { entityId: 'light.living_room' } });
    await device.hears('zigbee2mqtt/Living room/set', '{"state":"OFF"}');
  });

  it('takes a switch that tells nothing for what it was told, and knows who told it', async () => {
    await device.announce('switch/plug', {
      command_topic: 'plug/set',
      unique_id: 'plug',
      name: 'Plug',
    });
    await device.listen('plug/set');
    await add();
    await shows(hub, 'switch.plug', 'unknown');
    recordEvents(hub);
    hub.bus.listenOnce(
      'button',
      () =>
        void hub.services.call('switch', 'turn_on', {}, { target: { entityId: ['switch.plug'] } }),
    );
    hub.bus.fire('button');
    await device.hears('plug/set', 'ON');
    await shows(hub, 'switch.plug', 'on');
    expect(hub.states.get('switch.plug')?.attributes).toMatchObject({ assumed_state: true });
    expect(hub.why('switch.plug').steps.map(({ type }) => type)).toContain('button');
  });

  it('takes no cause for a state that a message set', async () => {
    await device.announce('sensor/s', { state_topic: 's', name: 'S', unique_id: 's' });
    await add();
    await shows(hub, 'sensor.s', 'unknown');
    await device.tell('s', '5');
    await shows(hub, 'sensor.s', '5');
    expect(hub.states.get('sensor.s')?.context.parentId).toBeNull();
  });

  it('changes what is announced anew in place, and removes it by an empty payload', async () => {
    await device.announce('sensor/s', { state_topic: 'a', name: 'S', unique_id: 's' });
    await device.tell('a', '1');
    await device.tell('b', '2');
    await add();
    await shows(hub, 'sensor.s', '1');
    const recorded = recordEvents(hub, 'state_changed');
    await device.announce('sensor/s', {
      state_topic: 'b',
      name: 'S',
      unique_id: 's',
      unit_of_measurement: 'W',
    });
    await shows(hub, 'sensor.s', '2');
    expect(hub.states.get('sensor.s')?.attributes.unit_of_measurement).toBe('W');
    await device.tell('a', '3');
    await device.announce('sensor/s', '');
    await until('the end of sensor.s', () => hub.states.get('sensor.s') === undefined);
    const changes = recorded.events.map(
      ({ data }) => (data as unknown as StateChanged).newState?.state,
    );
    expect(changes).toEqual(['1', '2', undefined]); // the attributes first, then the value
    await device.announce('sensor/s', { state_topic: 'b', name: 'S', unique_id: 's' });
    await shows(hub, 'sensor.s', '2');
  });

  it('does nothing for an announcement that says what is known', async () => {
    const config = { state_topic: 's', name: 'S', unique_id: 's' };
    await device.announce('sensor/s', config);
    await device.tell('s', '1');
    await add();
    await shows(hub, 'sensor.s', '1');
    const written = recordEvents(hub, 'state_reported');
    await device.announce('sensor/s', config);
    await device.announce('sensor/later', { ...config, name: 'Later', unique_id: 'later' });
    await shows(hub, 'sensor.later', '1');
    const ids = written.events.map(({ data }) => data.entityId);
    expect(ids).not.toContain('sensor.s');
  });

  it('says hello and goodbye, and leaves nothing behind', async () => {
    await device.listen('homeassistant/status');
    await device.announce('sensor/s', { state_topic: 's', name: 'S', unique_id: 's' });
    await device.announce('light/x/light', bulb);
    const entry = await add();
    await device.hears('homeassistant/status', 'online');
    await shows(hub, 'sensor.s', 'unknown');
    await shows(hub, 'light.living_room', 'unknown');
    expect(hub.services.has('mqtt', 'publish')).toBe(true);
    expect(await hub.configEntries.unload(entry.entryId)).toBe(true);
    await device.hears('homeassistant/status', 'offline');
    expect(device.heard.map(({ payload }) => payload)).toEqual(['online', 'offline']);
    expect(hub.states.entityIds()).toEqual([]);
    expect(hub.services.all()).toEqual({});
    expectNoLeaks(hub);
    await hub.configEntries.setup(entry.entryId);
    await shows(hub, 'light.living_room', 'unknown');
  });

  it('makes what has a last will unavailable when it vanishes', async () => {
    const lamp = await Device.connect(broker.url, {
      will: { topic: 'lamp/status', payload: Buffer.from('offline'), qos: 0, retain: true },
    });
    await lamp.announce('switch/lamp', {
      name: 'Lamp',
      unique_id: 'lamp',
      command_topic: 'lamp/set',
      state_topic: 'lamp/state',
      availability_topic: 'lamp/status',
    });
    await lamp.tell('lamp/status', 'online');
    await lamp.tell('lamp/state', 'ON');
    await add();
    await shows(hub, 'switch.lamp', 'on');
    lamp.vanish();
    await shows(hub, 'switch.lamp', 'unavailable');
    await expect(
      hub.services.call('switch', 'turn_off', {}, { target: { entityId: 'switch.lamp' } }),
    ).rejects.toThrow('`switch.lamp` is unavailable.');
  });

  it('comes back after the broker was away, with all that it had', async () => {
    await device.announce('sensor/s', { state_topic: 's', name: 'S', unique_id: 's' });
    await device.tell('s', 'before');
    const entry = await add();
    await shows(hub, 'sensor.s', 'before');
    const heard: string[] = [];
    entry.runtimeData.subscribe('other/+').subscribe(({ text }) => heard.push(text));
    await broker.kill();
    await shows(hub, 'sensor.s', 'unavailable');
    expect(entry.state).toBe('loaded');
    await expect(entry.runtimeData.publish('x', 'y')).rejects.toMatchObject({
      code: 'MQTT_NOT_CONNECTED',
    });
    expect(messages(hub)).toEqual([
      expect.stringContaining(`The connection to ${broker.url} is lost`),
    ]);
    await broker.restart();
    await shows(hub, 'sensor.s', 'before');
    const later = await Device.connect(broker.url);
    await later.tell('s', 'after');
    await later.tell('other/one', 'hello', false);
    await shows(hub, 'sensor.s', 'after');
    await until('the message', () => heard.includes('hello'));
    expect(hub.log.map(({ message }) => message).join()).toContain('is back');
    expect(messages(hub)).toHaveLength(1);
    await later.close();
  });

  it('can be unloaded and stopped while the broker is away', async () => {
    const entry = await add();
    await broker.kill();
    await until('the loss', () => !entry.runtimeData.isConnected);
    expect(await hub.configEntries.unload(entry.entryId)).toBe(true);
    expectNoLeaks(hub);
  });
});
