import { expect, it } from '@jest/globals';
import type { ConfigEntry } from 'rxhome';
import { mqtt, type MqttOptions, type MqttRuntime } from 'rxhome/integrations';
import { untilUnload } from 'rxhome/operators';
import { createTestHub } from 'rxhome/testing';
import { until } from '../../integrations/until.js';

// #region entry
type MqttEntry = ConfigEntry<MqttOptions, MqttRuntime>;
// #endregion

it('commands and listens', async () => {
  await using hub = createTestHub({ time: 'real' });
  hub.configEntries.registerIntegration(mqtt);
  const entry = await hub.configEntries.add({ domain: 'mqtt', data: { embedded: true, port: 0 } });
  const { runtimeData } = entry as unknown as MqttEntry;
  const announced = {
    schema: 'json',
    name: 'Hall',
    command_topic: 'hall/set',
    supported_color_modes: ['color_temp'],
  };
  const config = JSON.stringify(announced);
  await runtimeData.publish('homeassistant/light/hall/config', config, { retain: true });
  await until('the light', () => hub.states.get('light.hall'));
  const sent: string[] = [];
  runtimeData.subscribe('#').subscribe(({ topic, text }) => sent.push(`${topic} ${text}`));
  await until('the subscription', () => sent.length > 0);
  const pressed: string[] = [];

  // #region commands
  await hub.services.call(
    'light',
    'turn_on',
    { brightness_pct: 40, color_temp: 370, transition: 2 },
    { target: { entityId: 'light.hall' } },
  );
  await hub.services.call('mqtt', 'publish', { topic: 'attic/fan/set', payload: 'ON' });
  // #endregion
  await until('the commands', () => sent.includes('attic/fan/set ON'));
  expect(sent).toContain(
    'hall/set {"state":"ON","transition":2,"brightness":102,"color_temp":370}',
  );
  expect(sent).toContain('attic/fan/set ON');

  // #region topics
  const { runtimeData: broker } = hub.configEntries.entries('mqtt')[0] as MqttEntry;
  broker
    .subscribe('zigbee2mqtt/+/action')
    .pipe(untilUnload(hub.scope))
    .subscribe(({ topic, text }) => pressed.push(`${topic} ${text}`));
  await broker.publish('doorbell/volume', '7', { qos: 1, retain: true });
  // #endregion
  await broker.publish('zigbee2mqtt/button/action', 'single', { retain: true });
  await until('the button', () => pressed.length > 0);
  expect(pressed).toEqual(['zigbee2mqtt/button/action single']);
});
