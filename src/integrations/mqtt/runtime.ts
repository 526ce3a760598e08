import { Observable } from 'rxjs';
import { type Hub, InvalidOptionError } from 'rxhome';
import { untilUnload } from 'rxhome/operators';
import type { Connection } from './connection.js';
import type { AddEntities } from './discovery.js';
import type { MqttMessage, Qos, Sending } from './message.js';
import { filterProblem, topicProblem } from './topics.js';

/** What a loaded entry offers to other code, as its `runtimeData`. */
export class MqttRuntime {
  /** Where the broker is; of an embedded one, where it listens. */
  readonly url: string;
  /** @internal What adds entities, by their kind. */
  readonly adders = new Map<string, AddEntities>();
  readonly #hub: Hub;
  readonly #connection: Connection;

  constructor(hub: Hub, url: string, connection: Connection) {
    this.#hub = hub;
    this.url = url;
    this.#connection = connection;
  }

  get isConnected(): boolean {
    return this.#connection.isConnected;
  }

  /** At once whether it is connected, then every change; silent after the entry was unloaded. */
  get connected$(): Observable<boolean> {
    return this.#connection.status$.pipe(untilUnload(this.#hub.scope));
  }

  /**
   * Sends a message, and resolves when the broker has it as far as `qos` promises; with `qos` 0,
   * when it was written to the socket. Nothing is kept for later: without a connection it fails.
   *
   * @throws (as a rejection) MqttNotConnectedError; InvalidOptionError for a topic that cannot be
   * published to.
   */
  async publish(topic: string, payload: string | Uint8Array, sending?: Sending): Promise<void> {
    const problem = topicProblem(topic);
    if (problem !== undefined)
      throw new InvalidOptionError(`Expected ${problem}, got \`${topic}\`.`);
    await this.#connection.publish(topic, payload, sending);
  }

  /**
   * The messages of a filter, such as `zigbee2mqtt/+/action`: first what the broker has kept, then
   * what comes. Subscribed at the broker while somebody subscribes here, also after a connection was
   * lost; then the retained ones come again. A message that fits two overlapping filters may come
   * twice, as the broker wants it.
   *
   * Does not complete; silent after the entry was unloaded. What a subscriber throws is reported.
   * End it with `untilUnload(hub.scope)` of your own hub, so that it ends with you.
   *
   * @throws InvalidOptionError for a filter that is none.
   */
  subscribe(filter: string, { qos = 0 }: { readonly qos?: Qos } = {}): Observable<MqttMessage> {
    const problem = filterProblem(filter);
    if (problem !== undefined)
      throw new InvalidOptionError(`Expected ${problem}, got \`${filter}\`.`);
    return new Observable<MqttMessage>((subscriber) =>
      this.#connection.subscribe(filter, qos, (message) => subscriber.next(message)),
    ).pipe(untilUnload(this.#hub.scope));
  }
}
