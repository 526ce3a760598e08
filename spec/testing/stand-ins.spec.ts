import { describe, expect, it } from '@jest/globals';
import { createHttpSession, InvalidEntityIdError, InvalidOptionError, sleep } from 'rxhome';
import {
  createTestHub,
  fakeEntity,
  mockHttp,
  mockService,
  UnmockedRequestError,
} from 'rxhome/testing';

describe('mockService', () => {
  it('takes notes, and answers if it is told to', async () => {
    const hub = createTestHub();
    const read = mockService(hub, 'meter', 'read', { watts: 5 });
    expect(await hub.services.call('meter', 'read', { of: 1 }, { returnResponse: true })).toEqual({
      watts: 5,
    });
    await hub.services.call('meter', 'read', { of: 2 });
    expect(read.data).toEqual([{ of: 1 }, { of: 2 }]);
    expect(read.calls[1]).toMatchObject({ domain: 'meter', service: 'read' });
    read.clear();
    expect(read.calls).toEqual([]);
    read.stop();
    expect(hub.services.has('meter', 'read')).toBe(false);
  });

  it('fails, and takes its time', async () => {
    const hub = createTestHub();
    const error = new Error('no power');
    mockService(hub, 'meter', 'broken', error);
    await expect(hub.services.call('meter', 'broken')).rejects.toBe(error);
    mockService(hub, 'meter', 'slow', async ({ data }) => {
      await sleep(10);
      return { got: data };
    });
    const slow = hub.services.call('meter', 'slow', { n: 1 }, { returnResponse: true });
    await hub.advance(10);
    expect(await slow).toEqual({ got: { n: 1 } });
  });
});

describe('fakeEntity', () => {
  it('obeys, and plays what a test wants', async () => {
    const hub = createTestHub();
    const lamp = fakeEntity(hub, 'light.hall', { attributes: { icon: 'lamp' } });
    const other = fakeEntity(hub, 'light.cellar', { state: 'on' });
    const target = { entityId: ['light.hall', 'light.cellar', 'switch.x', 'light.no'] };
    await hub.services.call('light', 'turn_on', { brightness: 80 }, { target });
    expect([lamp.state, other.state]).toEqual(['on', 'on']);
    expect(hub.states.get('light.hall')?.attributes).toEqual({ icon: 'lamp', brightness: 80 });
    await hub.services.call('light', 'toggle', {}, { target: { entityId: 'light.hall' } });
    expect([lamp.state, other.state]).toEqual(['off', 'on']);
    lamp.fail();
    expect(lamp.state).toBe('unavailable');
    lamp.set('on', { icon: 'bulb' });
    expect(hub.states.get('light.hall')?.attributes).toMatchObject({ icon: 'bulb' });
    lamp.remove();
    expect(lamp.state).toBeUndefined();
    expect(hub.errors).toEqual([]);
  });

  it('leaves a service that is there alone, and wants an entity id', async () => {
    const hub = createTestHub();
    const turnOn = mockService(hub, 'light', 'turn_on');
    const lamp = fakeEntity(hub, 'light.hall');
    await hub.services.call('light', 'turn_on', {}, { target: { entityId: 'light.hall' } });
    expect([turnOn.calls.length, lamp.state]).toEqual([1, 'off']);
    expect(() => fakeEntity(hub, 'hall')).toThrow(InvalidEntityIdError);
  });
});

describe('mockHttp', () => {
  it('answers requests of all sessions, and keeps them', async () => {
    const hub = createTestHub();
    const http = mockHttp(hub, {
      'GET http://meter/power': { watts: 230 },
      'POST http://meter/name': ({ body }) => ({ said: body }),
      'GET http://meter/page?n=2': new Response('two'),
    });
    expect(await hub.http.getJson('http://meter/power?live=1')).toEqual({ watts: 230 });
    expect(await hub.http.postJson('http://meter/name', { name: 'M' })).toEqual({
      said: { name: 'M' },
    });
    const session = createHttpSession(hub, { baseUrl: 'http://meter/' });
    expect(await (await session.fetch('page?n=2')).text()).toBe('two');
    expect(http.requests.map(({ method, url, body }) => [method, url, body])).toEqual([
      ['GET', 'http://meter/power?live=1', undefined],
      ['POST', 'http://meter/name', { name: 'M' }],
      ['GET', 'http://meter/page?n=2', undefined],
    ]);
  });

  it('plays a network that fails or is slow, in virtual time', async () => {
    const hub = createTestHub();
    const http = mockHttp(hub, { 'GET http://meter/power': new TypeError('no route to host') });
    await expect(hub.http.getJson('http://meter/power')).rejects.toThrow(/meter/);
    http.route({
      'GET http://meter/power': async () => {
        await sleep(60_000);
        return { watts: 1 };
      },
    });
    const slow = expect(hub.http.getJson('http://meter/power')).rejects.toMatchObject({
      code: 'TIMEOUT',
    });
    await hub.advance('10s');
    await slow;
    await hub.advance('1m');
  });

  it('lets nothing out to the network, and says what is missing', async () => {
    const hub = createTestHub();
    mockHttp(hub, { 'GET http://meter/power': {} });
    const asked = hub.http.getJson('http://meter/other');
    await expect(asked).rejects.toMatchObject({ cause: expect.any(UnmockedRequestError) });
    await expect(asked).rejects.toThrow(/meter\/other/);
    expect(() => mockHttp(hub, { 'http://meter': {} })).toThrow(InvalidOptionError);
    expect(() => mockHttp(hub, { 'GET /power': {} })).toThrow('GET /power');
  });
});

describe('stand-ins under attack', () => {
  it('a fake entity minds only what is aimed at it', async () => {
    const hub = createTestHub();
    const lamp = fakeEntity(hub, 'light.hall');
    await hub.services.call('light', 'turn_on');
    for (const entityId of [[], '', 'all', 7, null, ['light.no', {}]])
      await hub.services.call('light', 'turn_on', {}, { target: { entityId: entityId as never } });
    expect([lamp.state, hub.errors, hub.states.entityIds()]).toEqual(['off', [], ['light.hall']]);
  });

  it('a fake entity leaves another that is real alone', async () => {
    const hub = createTestHub();
    const real = 'light.real';
    hub.states.set(real, 'off');
    fakeEntity(hub, 'light.hall');
    await hub.services.call('light', 'turn_on', {}, { target: { entityId: real } });
    expect(hub.states.is(real, 'off')).toBe(true);
  });

  it('a fake entity that is gone stays gone, and comes back when it is made again', async () => {
    const hub = createTestHub();
    const target = { entityId: 'light.hall' };
    const lamp = fakeEntity(hub, 'light.hall');
    lamp.remove();
    lamp.remove();
    await hub.services.call('light', 'turn_on', {}, { target });
    expect(lamp.state).toBeUndefined();
    const again = fakeEntity(hub, 'light.hall');
    await hub.services.call('light', 'turn_on', {}, { target });
    expect([again.state, lamp.state]).toEqual(['on', 'on']);
  });

  it('a mocked service that is stopped twice takes no other away', async () => {
    const hub = createTestHub();
    const first = mockService(hub, 'a', 'b');
    const second = mockService(hub, 'a', 'b');
    first.stop();
    first[Symbol.dispose]();
    await hub.services.call('a', 'b');
    expect([first.calls.length, second.calls.length]).toEqual([0, 1]);
    const { calls } = second;
    second.clear();
    expect(calls).toEqual([]);
  });

  it('a mocked network answers again and again, and a later one takes its place', async () => {
    const hub = createTestHub();
    const first = mockHttp(hub, { 'GET http://meter/': new Response('once') });
    for (let n = 0; n < 2; n++)
      expect(await (await hub.http.fetch('http://meter/')).text()).toBe('once');
    const second = mockHttp(hub, { 'GET http://meter/': [1] });
    first.stop();
    expect(await hub.http.getJson('http://meter/')).toEqual([1]);
    expect([first.requests.length, second.requests.length]).toEqual([2, 1]);
  });

  it('a route that forgets to answer is named', async () => {
    const hub = createTestHub();
    mockHttp(hub, { 'GET http://meter/': () => undefined });
    await expect(hub.http.getJson('http://meter/')).rejects.toThrow(/GET http:\/\/meter\//);
  });
});
