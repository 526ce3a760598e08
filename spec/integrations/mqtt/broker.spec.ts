import { connect as connectSocket, createServer } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { expectNoLeaks, type TestHub } from 'rxhome/testing';
import { optionalPackage } from '../../../src/integrations/mqtt/optional-package.js';
import { pause, until } from '../until.js';
import { freePort } from '../../free-port.js';
import { type Broker, BROKERS } from './brokers.js';
import { addMqtt, createHome, Device, messages, shows } from './home.js';

let hub: TestHub;
beforeEach(() => {
  hub = createHome();
});
afterEach(() => hub.stop());

const login = { username: 'hub', password: 'secret' };

describe.each(BROKERS)('a %s with passwords', (_name, startBroker) => {
  let broker: Broker;
  beforeEach(async () => {
    broker = await startBroker(login);
  });
  afterEach(() => broker.close());

  it('is spoken to with the right one', async () => {
    const entry = await addMqtt(hub, { broker: broker.url, ...login });
    expect([entry.state, entry.reason]).toEqual(['loaded', null]);
  });

  it.each([{}, { ...login, password: 'wrong' }])('refuses %j, for good', async (given) => {
    const entry = await addMqtt(hub, { broker: broker.url, ...given });
    expect(entry.state).toBe('setup_error');
    expect(hub.errors[0]?.error).toMatchObject({ code: 'CONFIG_ENTRY_AUTH_FAILED' });
    expect(entry.reason).toContain(`The broker ${broker.url} refuses name or password`);
    expect(JSON.stringify(hub.log)).not.toContain('wrong');
    expectNoLeaks(hub);
  });
});

describe('a broker that is not there', () => {
  it('is tried for later', async () => {
    const url = `mqtt://127.0.0.1:${await freePort()}`;
    const entry = await addMqtt(hub, { broker: url });
    expect(entry.state).toBe('setup_retry');
    expect(entry.reason).toContain(`The broker ${url} cannot be reached`);
    expectNoLeaks(hub);
  });

  it('may be something else, which hangs up', async () => {
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const entry = await addMqtt(hub, { broker: `mqtt://127.0.0.1:${port}` });
    expect(entry.state).toBe('setup_retry');
    await new Promise((resolve) => server.close(resolve));
  });

  it('may say nothing: then the stop of the hub ends it', async () => {
    const server = createServer((socket) => socket.resume());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const impatient = createHome({ stageTimeoutsMs: { stop: 100, finalWrite: 100 } });
    const added = addMqtt(impatient, { broker: `mqtt://127.0.0.1:${port}` });
    const hasClient = (): Promise<boolean> =>
      new Promise((resolve) => server.getConnections((_error, count) => resolve(count > 0)));
    await until('the connection', hasClient);
    await impatient.stop();
    expect((await added).state).toBe('not_loaded');
    await new Promise((resolve) => server.close(resolve)); // hangs if a connection is left
  });
});

describe('the embedded broker', () => {
  it('is one for programs on this machine, and ends with the entry', async () => {
    const entry = await addMqtt(hub, { embedded: true, port: 0 });
    const { url } = entry.runtimeData;
    expect(url).toMatch(/^mqtt:\/\/127\.0\.0\.1:\d+$/);
    const device = await Device.connect(url);
    await device.listen('homeassistant/status');
    await device.announce('sensor/s', { state_topic: 's', name: 'S', unique_id: 's' });
    await device.tell('s', '1');
    await shows(hub, 'sensor.s', '1');
    await hub.configEntries.unload(entry.entryId);
    expect(await device.hears('homeassistant/status')).toBe('offline');
    await until('the end of the connection', () => !device.client.connected);
    await expect(Device.connect(url)).rejects.toThrow();
    expectNoLeaks(hub);
    await device.close();
  });

  it('loses nothing when a message overtakes another, and brings each once', async () => {
    const { runtimeData } = await addMqtt(hub, { embedded: true, port: 0 });
    const device = await Device.connect(runtimeData.url);
    await device.client.subscribeAsync({ 'a/#': { qos: 1 }, 'a/+': { qos: 1 } });
    const sent: string[] = [];
    for (let i = 0; i < 200; i++) {
      const retain = i % 3 === 0;
      device.client.publish(`a/${i}`, String(i), { retain, qos: i % 7 === 0 ? 1 : 0 });
      sent.push(String(i));
    }
    await until('the messages', () => device.heard.length >= sent.length);
    await device.listen('b');
    await runtimeData.publish('b', 'end');
    await device.hears('b');
    const heard = device.heard.map(({ payload }) => payload).filter((one) => one !== 'end');
    expect(heard.sort()).toEqual(sent.sort());
    await device.close();
  });

  it('lets nobody in without the password, if it has one', async () => {
    const entry = await addMqtt(hub, { embedded: true, port: 0, ...login });
    expect(entry.state).toBe('loaded');
    const { url } = entry.runtimeData;
    await expect(Device.connect(url)).rejects.toThrow(/refused/i);
    await expect(Device.connect(url, { ...login, password: 'x' })).rejects.toThrow(/refused/i);
    await (await Device.connect(url, login)).close();
  });

  it('does not wait for who has never said hello', async () => {
    const entry = await addMqtt(hub, { embedded: true, port: 0 });
    const socket = connectSocket(Number(new URL(entry.runtimeData.url).port), '127.0.0.1');
    socket.resume();
    socket.on('error', () => undefined); // it may be hung up on before it is let in
    const hasClosed = new Promise((resolve) => socket.once('close', resolve));
    await new Promise((resolve) => socket.once('connect', resolve));
    await pause(50);
    expect(await hub.configEntries.unload(entry.entryId)).toBe(true);
    await hasClosed;
  });

  it('says so when its port is taken', async () => {
    const first = await addMqtt(hub, { embedded: true, port: 0 }, 'first');
    const port = Number(new URL(first.runtimeData.url).port);
    const second = await addMqtt(hub, { embedded: true, port }, 'second');
    expect([second.state, second.reason]).toEqual([
      'setup_retry',
      `The embedded broker cannot use port ${port}: it is taken. If a broker is there, name it as \`broker\`; else choose another \`port\`.`,
    ]);
    expect(first.runtimeData.isConnected).toBe(true);
  });

  it('ends with the hub, goodbye included', async () => {
    const entry = await addMqtt(hub, { embedded: true, port: 0 });
    const device = await Device.connect(entry.runtimeData.url);
    await device.listen('homeassistant/status');
    await hub.start();
    await hub.stop();
    expect(await device.hears('homeassistant/status')).toBe('offline');
    await device.close();
  });
});

describe('the configuration', () => {
  it.each([
    [{}, '`broker`: expected a broker like `mqtt://192.168.1.10:1883`, or `embedded: true`'],
    [{ broker: 'mqtt://a', embedded: true }, '`embedded`: expected either'],
    [{ broker: '192.168.1.10' }, '`broker`: expected a broker like'],
    [{ broker: 'http://a' }, '`broker`: expected a broker like'],
    [{ broker: 'mqtt://me:secret@a' }, '`broker`: expected a broker like'],
    [{ broker: 'mqtt://a', password: 'x' }, '`username`: expected a name'],
    [{ embedded: true, username: 'x' }, '`password`: expected a password'],
    [{ embedded: true, port: 70_000 }, '`port`: expected a port'],
    [{ broker: 'mqtt://a', keepalive: 1 }, '`keepalive`: expected at least 5 seconds'],
    [
      { broker: 'mqtt://a', discovery_prefix: 'a/#' },
      '`discovery_prefix`: expected a topic without',
    ],
    [{ broker: 'mqtt://a', brocker: 'x' }, 'brocker'],
  ])('%j is refused', async (data, message) => {
    await expect(addMqtt(hub, data)).rejects.toThrow(message);
  });

  it('says which package is missing', async () => {
    const missing = Object.assign(new Error('Cannot find package'), {
      code: 'ERR_MODULE_NOT_FOUND',
    });
    await expect(optionalPackage('aedes', () => Promise.reject(missing))).rejects.toMatchObject({
      code: 'CONFIG_ENTRY_ERROR',
      message: 'mqtt needs the package `aedes`: run `npm install aedes`.',
    });
    const broken = (): Promise<never> => Promise.reject(new Error('broken'));
    await expect(optionalPackage('aedes', broken)).rejects.toThrow(
      'cannot be loaded: Error: broken',
    );
  });
});

describe.each(BROKERS.slice(0, 1))('messages of a %s that take long', (_name, startBroker) => {
  let broker: Broker;
  beforeEach(async () => {
    broker = await startBroker();
  });
  afterEach(() => broker.close());

  it('leave turns to others, however many come at once', async () => {
    const entry = await addMqtt(hub, { broker: broker.url });
    const device = await Device.connect(broker.url);
    let turn = 0;
    const handled = new Map<number, number>();
    let count = 0;
    entry.runtimeData.subscribe('burst').subscribe(({ retain }) => {
      const end = Date.now() + 2;
      while (Date.now() < end); // work that blocks
      if (!retain) handled.set(turn, (handled.get(turn) ?? 0) + 1);
      count++;
    });
    await device.tell('burst', 'ready');
    await until('the subscription', () => count > 0);
    let isOver = false;
    const others = (async () => {
      for (; !isOver; turn++) await nextTurn();
    })();
    for (let i = 0; i < 400; i++) device.client.publish('burst', String(i));
    await until('the messages', () => count > 400);
    isOver = true;
    await others;
    expect(Math.max(...handled.values())).toBeLessThan(40);
    await device.close();
  });
});

describe('birth and will', () => {
  it('can be others, or none', async () => {
    const entry = await addMqtt(hub, {
      embedded: true,
      port: 0,
      birth_message: { topic: 'hub/here', payload: 'yes', retain: true },
      will_message: false,
    });
    const device = await Device.connect(entry.runtimeData.url);
    await device.listen('#');
    await device.hears('hub/here', 'yes');
    await hub.configEntries.unload(entry.entryId);
    expect(device.heard.map(({ topic }) => topic)).toEqual(['hub/here']);
    expect(messages(hub)).toEqual([]);
    await device.close();
  });
});
