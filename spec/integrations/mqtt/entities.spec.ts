import { describe, expect, it } from '@jest/globals';
import type { z } from 'zod';
import { EntityPlatform, Scope } from 'rxhome';
import { createTestHub, recordEvents, type TestHub } from 'rxhome/testing';
import { parseAnnouncement } from '../../../src/integrations/mqtt/announcement.js';
import { MqttBinarySensor } from '../../../src/integrations/mqtt/binary-sensor.js';
import { Complaints } from '../../../src/integrations/mqtt/complaints.js';
import { Connection } from '../../../src/integrations/mqtt/connection.js';
import { offerControls } from '../../../src/integrations/mqtt/controls.js';
import type { Component, SCHEMAS } from '../../../src/integrations/mqtt/discovery-schema.js';
import { MqttLight } from '../../../src/integrations/mqtt/light.js';
import type { EntityHost } from '../../../src/integrations/mqtt/mqtt-entity.js';
import { MqttSensor } from '../../../src/integrations/mqtt/sensor.js';
import { FakeLink, text } from './fake-link.js';

type Schemas = typeof SCHEMAS;

interface Home {
  readonly hub: TestHub;
  readonly scope: Scope;
  readonly host: EntityHost;
  readonly link: FakeLink;
  add(component: string, entity: MqttSensor | MqttBinarySensor | MqttLight): Promise<void>;
}

/** A hub in virtual time, connected to a broker that does as it is told. */
async function home(): Promise<Home> {
  const hub = createTestHub();
  const scope = new Scope('mqtt');
  const owner = hub.scoped(scope);
  const complaints = new Complaints(owner);
  const links: FakeLink[] = [];
  const nobody = { username: undefined, password: undefined, birth: undefined, will: undefined };
  const options = { url: 'mqtt://fake', clientId: 'x', keepaliveSeconds: 60, ...nobody };
  const connection = new Connection(
    owner,
    {
      ...options,
      connect: (_options, onMessage) => {
        links.push(new FakeLink(onMessage));
        return Promise.resolve(links[0]!);
      },
    },
    complaints,
  );
  await connection.open();
  await connection.begin();
  return {
    hub,
    scope,
    link: links[0]!,
    host: { connection, complaints },
    add: async (domain, entity) => {
      const platform = new EntityPlatform(owner, { domain });
      offerControls(platform);
      await platform.addEntities([entity]);
    },
  };
}

function configOf<C extends Component>(component: C, given: object): z.infer<Schemas[C]> {
  const message = text('t', JSON.stringify({ stat_t: 's', cmd_t: 'c', name: 'X', ...given }));
  return parseAnnouncement(component, message).config as z.infer<Schemas[C]>;
}

describe('expire_after', () => {
  it('counts from the last value, and leaves no timer', async () => {
    const { hub, scope, host, link, add } = await home();
    const config = configOf('sensor', { exp_aft: 60 });
    const entity = new MqttSensor(config, host);
    await add('sensor', entity);
    expect(hub.states.is('sensor.x', 'unavailable')).toBe(true);
    link.deliver(text('s', '1'));
    await hub.advance('40s');
    link.deliver(text('s', '1'));
    await hub.advance('59s');
    expect(hub.states.is('sensor.x', 1)).toBe(true);
    await hub.advance('1s');
    expect(hub.states.is('sensor.x', 'unavailable')).toBe(true);
    link.deliver(text('s', '2'));
    expect(hub.states.is('sensor.x', 2)).toBe(true);
    entity.configure({ ...config, expire_after: undefined });
    await hub.advance('1h');
    expect(hub.states.is('sensor.x', 2)).toBe(true);
    entity.configure(config);
    link.deliver(text('s', '3'));
    await scope.close();
    expect(hub.clock?.pendingCount).toBe(0);
  });
});

describe('off_delay', () => {
  it('counts from the last time it was on, and leaves no timer', async () => {
    const { hub, scope, host, link, add } = await home();
    const config = configOf('binary_sensor', { off_dly: 10 });
    await add('binary_sensor', new MqttBinarySensor(config, host));
    link.deliver(text('s', 'ON'));
    await hub.advance('9s');
    link.deliver(text('s', 'ON'));
    await hub.advance('9s');
    expect(hub.states.is('binary_sensor.x', 'on')).toBe(true);
    const changes = recordEvents(hub, 'state_changed');
    await hub.advance('1s');
    expect(hub.states.is('binary_sensor.x', 'off')).toBe(true);
    link.deliver(text('s', 'ON'));
    link.deliver(text('s', 'OFF'));
    link.deliver(text('s', 'None'));
    expect(hub.states.is('binary_sensor.x', 'unknown')).toBe(true);
    await hub.advance('1m');
    expect(changes.events).toHaveLength(4);
    link.deliver(text('s', 'ON'));
    await scope.close();
    expect(hub.clock?.pendingCount).toBe(0);
  });
});

describe('availability', () => {
  it('is changed by its two payloads only', async () => {
    const { hub, host, link, add } = await home();
    const given = { avty_t: 'a', pl_avail: 'up', pl_not_avail: 'down' };
    await add('sensor', new MqttSensor(configOf('sensor', given), host));
    const states: (string | undefined)[] = [];
    for (const said of ['online', 'up', 'offline', '', 'down', 'up']) {
      link.deliver(text('a', said));
      states.push(hub.states.get('sensor.x')?.state);
    }
    expect(states).toEqual([
      'unavailable',
      'unknown',
      'unknown',
      'unknown',
      'unavailable',
      'unknown',
    ]);
    expect(hub.errors).toEqual([]);
  });
});

describe('a light without a voice', () => {
  it('is taken for what it was told, dark is off', async () => {
    const { hub, host, link, add } = await home();
    const given = { schema: 'json', stat_t: undefined, sup_clrm: ['color_temp', 'hs'] };
    await add('light', new MqttLight(configOf('light', given), host));
    const call = async (service: string, data = {}): Promise<unknown> => {
      await hub.services.call('light', service, { entityId: 'light.x', ...data });
      const { state, attributes } = hub.states.get('light.x')!;
      const { friendly_name, supported_color_modes, assumed_state, ...rest } = attributes;
      expect([friendly_name, assumed_state]).toEqual(['X', true]);
      expect(supported_color_modes).toEqual(['color_temp', 'hs']);
      return [state, rest];
    };
    expect(await call('toggle', { brightness_pct: 50, color_temp: 250 })).toEqual([
      'on',
      { brightness: 128, color_mode: 'color_temp', color_temp: 250, color_temp_kelvin: 4000 },
    ]);
    expect(await call('turn_on', { hs_color: [10, 20] })).toEqual([
      'on',
      { brightness: 128, color_mode: 'hs', hs_color: [10, 20] },
    ]);
    expect(await call('turn_on', { brightness: 0 })).toEqual(['off', {}]);
    expect(await call('turn_on', { brightness_pct: 0 })).toEqual(['off', {}]);
    expect(await call('toggle')).toEqual([
      'on',
      { brightness: 128, color_mode: 'hs', hs_color: [10, 20] },
    ]);
    expect(link.published.map((line) => line.slice(2))).toEqual([
      '{"state":"ON","brightness":128,"color_temp":250}',
      '{"state":"ON","color":{"h":10,"s":20}}',
      '{"state":"OFF"}',
      '{"state":"OFF"}',
      '{"state":"ON"}',
    ]);
  });
});
