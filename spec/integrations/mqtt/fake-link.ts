import type { Link, Wanted } from '../../../src/integrations/mqtt/link.js';
import { MqttMessage } from '../../../src/integrations/mqtt/message.js';

export function text(topic: string, payload: string, retain = false): MqttMessage {
  return new MqttMessage(topic, Buffer.from(payload), { retain });
}

/** A connection to a broker that is not there, but does as it is told. */
export class FakeLink implements Link {
  isOpen = true;
  readonly subscribed: string[][] = [];
  readonly unsubscribed: string[][] = [];
  readonly published: string[] = [];
  refused: string[] = [];
  #close: (reason: string) => void = () => undefined;
  readonly closed = new Promise<string>((resolve) => (this.#close = resolve));
  readonly deliver: (message: MqttMessage) => void;

  constructor(deliver: (message: MqttMessage) => void) {
    this.deliver = deliver;
  }

  publish(topic: string, payload: string | Uint8Array): Promise<void> {
    this.published.push(`${topic} ${String(payload)}`);
    return Promise.resolve();
  }

  subscribe(wanted: readonly Wanted[]): Promise<readonly string[]> {
    if (wanted.length > 0) this.subscribed.push(wanted.map(({ filter }) => filter));
    return Promise.resolve(this.refused);
  }

  unsubscribe(filters: readonly string[]): Promise<void> {
    if (filters.length > 0) this.unsubscribed.push([...filters]);
    return Promise.resolve();
  }

  end(): Promise<void> {
    this.lose('ended');
    return Promise.resolve();
  }

  lose(reason = 'gone'): void {
    this.isOpen = false;
    this.#close(reason);
  }
}
