import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { mqtt, type MqttRuntime } from 'rxhome/integrations';
import type { ConfigEntry } from 'rxhome';
import { createTestHub, type TestHub, type TestHubOptions } from 'rxhome/testing';
import { until } from '../until.js';

/** A hub in real time that knows mqtt. */
export function createHome(options: TestHubOptions = {}): TestHub {
  const hub = createTestHub({ time: 'real', ...options });
  hub.configEntries.registerIntegration(mqtt);
  return hub;
}

export async function addMqtt(
  hub: TestHub,
  data: Readonly<Record<string, unknown>>,
  title = 'mqtt',
): Promise<ConfigEntry<unknown, MqttRuntime>> {
  const entry = await hub.configEntries.add({ domain: 'mqtt', title, data });
  return entry as ConfigEntry<unknown, MqttRuntime>;
}

export interface Heard {
  readonly topic: string;
  readonly payload: string;
}

/** A device, as a client of its own at the broker. */
export class Device {
  readonly client: MqttClient;
  readonly heard: Heard[] = [];

  private constructor(client: MqttClient) {
    this.client = client;
    client.on('message', (topic, payload) => this.heard.push({ topic, payload: String(payload) }));
    client.on('error', () => undefined);
  }

  static async connect(url: string, options: IClientOptions = {}): Promise<Device> {
    return new Device(await connectAsync(url, { reconnectPeriod: 0, ...options }));
  }

  /** Announces an entity, retained as devices do. */
  async announce(path: string, config: unknown): Promise<void> {
    const payload = typeof config === 'string' ? config : JSON.stringify(config);
    await this.tell(`homeassistant/${path}/config`, payload);
  }

  /** Publishes, retained if not said otherwise. */
  async tell(topic: string, payload: string | Buffer | object, retain = true): Promise<void> {
    const isData = typeof payload === 'string' || Buffer.isBuffer(payload);
    const data = isData ? payload : JSON.stringify(payload);
    await this.client.publishAsync(topic, data, { retain, qos: 1 });
  }

  async listen(filter: string): Promise<void> {
    await this.client.subscribeAsync(filter, { qos: 1 });
  }

  /** Waits for a payload on a topic. */
  async hears(topic: string, payload?: string): Promise<string> {
    const found = await until(
      () => `${payload ?? 'anything'} on ${topic}; there was ${JSON.stringify(this.heard)}`,
      () =>
        this.heard.find((one) => one.topic === topic && [one.payload, undefined].includes(payload)),
    );
    return found.payload;
  }

  /** Goes away without a word, so that its last will is told. */
  vanish(): void {
    this.client.stream.destroy();
  }

  async close(): Promise<void> {
    await this.client.endAsync(true);
  }
}

/** Waits until an entity shows a state. */
export async function shows(hub: TestHub, entityId: string, state: string): Promise<void> {
  await until(
    () =>
      `${entityId} = ${state}; it is ${String(hub.states.get(entityId)?.state)}; errors: ${messages(hub).join(' | ')}`,
    () => hub.states.is(entityId, state),
  );
}

export function messages(hub: TestHub): string[] {
  return hub.errors.map(({ error }) => String(error));
}
