import { randomUUID } from 'node:crypto';
import { ConfigEntryNotReady, defineIntegration, type Hub, type Platform } from 'rxhome';
import { Complaints } from './complaints.js';
import { Connection } from './connection.js';
import { offerControls } from './controls.js';
import { Discovery } from './discovery.js';
import { type Component, SCHEMAS } from './discovery-schema.js';
import { openBroker } from './embedded-broker.js';
import { connectLink } from './mqtt-client.js';
import { type MqttOptions, mqttOptions } from './options.js';
import { PublishService } from './publish-service.js';
import { MqttRuntime } from './runtime.js';

const COMPONENTS = Object.keys(SCHEMAS) as Component[];

/** Entities come whenever a device announces them, so a platform only says how they are added. */
const platform: Platform<MqttOptions, MqttRuntime> = {
  setupEntry(_hub, { runtimeData }, platform) {
    offerControls(platform);
    runtimeData.adders.set(platform.domain, platform.addEntities);
  },
};

/**
 * Connects to an MQTT broker, or runs one, and shows what devices announce by Home Assistant's
 * discovery: sensors, binary sensors, switches and lights.
 */
export const mqtt = defineIntegration<MqttOptions, MqttRuntime>({
  domain: 'mqtt',
  configSchema: mqttOptions,
  platforms: Object.fromEntries(COMPONENTS.map((component) => [component, platform])),

  setup(hub) {
    PublishService.of(hub); // the hub's, so that it lives longer than the entry that came first
  },

  async setupEntry(hub, entry) {
    const { data } = entry;
    const url = data.broker ?? (await ownBroker(hub, data));
    const complaints = new Complaints(hub);
    const connection = new Connection(
      hub,
      {
        connect: connectLink,
        url,
        clientId: data.client_id ?? `rxhome-${randomUUID().slice(0, 8)}`,
        keepaliveSeconds: data.keepalive,
        username: data.username,
        password: data.password,
        birth: data.birth_message || undefined,
        will: data.will_message || undefined,
      },
      complaints,
    );
    await connection.open();
    const runtime = new MqttRuntime(hub, url, connection);
    entry.runtimeData = runtime;
    await hub.configEntries.forwardEntrySetups(entry, COMPONENTS);
    const host = { connection, complaints };
    const { discovery_prefix: prefix, disabled_entities: disabledEntities } = data;
    new Discovery(hub, host, runtime.adders, { prefix, disabledEntities }).start();
    try {
      await connection.begin();
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new ConfigEntryNotReady(`The broker ${url} does not answer: ${reason}`, { cause });
    }
    hub.scope.own(PublishService.of(hub).add(entry.title, runtime), 'mqtt.publish');
  },
});

async function ownBroker(hub: Hub, { port, username, password }: MqttOptions): Promise<string> {
  const broker = await openBroker({ port, username, password });
  hub.scope.own(() => broker.close(), 'embedded broker');
  return broker.url;
}
