import type { IPublishPacket, MqttClient } from 'mqtt';
import { asyncScheduler } from 'rxjs';
import {
  ConfigEntryAuthFailed,
  ConfigEntryError,
  ConfigEntryNotReady,
  runUncaused,
  sleep,
} from 'rxhome';
import { MqttNotConnectedError } from './errors.js';
import type { Connect, Link, LinkOptions } from './link.js';
import { MqttMessage } from './message.js';
import { optionalPackage } from './optional-package.js';

const CONNECT_TIMEOUT_MS = 10_000;
const GOODBYE_MS = 1_000;
/** How long messages are handled before timers and sockets of others get their turn. */
const SLICE_MS = 10;

// The answers of a broker that does not want us: MQTT 3.1.1, and 5.
const BAD_IDENTITY: readonly unknown[] = [4, 5, 134, 135];
const BAD_PROTOCOL: readonly unknown[] = [1, 2, 132, 133];

/**
 * Connects to a broker, by MQTT 3.1.1, which those of MQTT 5 speak too. The only file that knows
 * the package `mqtt`, and it is asked for one connection at a time: whether and when there is
 * another one is decided elsewhere.
 *
 * @throws (as a rejection) ConfigEntryNotReady when there is no broker, ConfigEntryAuthFailed when
 * it refuses name and password, ConfigEntryError when it never will take us; the signal's reason.
 */
export const connectLink: Connect = async (options, onMessage, signal) => {
  const { connect } = await optionalPackage('mqtt', () => import('mqtt'));
  signal.throwIfAborted();
  const { url, clientId, keepaliveSeconds, username, password, will } = options;
  const client = connect(url, {
    clientId,
    keepalive: keepaliveSeconds,
    protocolVersion: 4,
    connectTimeout: CONNECT_TIMEOUT_MS,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(will !== undefined && { will: { ...will, payload: Buffer.from(will.payload) } }),
  });
  const link = new ClientLink(client);
  client.handleMessage = pacedBy((packet) => onMessage(messageOf(packet)));
  const abandon = (): void => void client.end(true);
  signal.addEventListener('abort', abandon);
  try {
    await link.connected;
    return link;
  } catch (error) {
    signal.throwIfAborted();
    throw refusal(options, error);
  } finally {
    signal.removeEventListener('abort', abandon);
  }
};

class ClientLink implements Link {
  readonly #client: MqttClient;
  readonly connected: Promise<void>;
  readonly closed: Promise<string>;
  #lastError: unknown = undefined;

  constructor(client: MqttClient) {
    this.#client = client;
    client.on('error', (error) => (this.#lastError ??= error));
    this.closed = new Promise((resolve) => {
      client.once('close', () => {
        resolve(reasonOf(this.#lastError));
        client.end(true); // what waits for an answer learns that there will be none
      });
    });
    this.connected = new Promise((resolve, reject) => {
      client.once('connect', () => resolve());
      // A refusal is told as an error behind the close.
      void this.closed.then(() => sleep(0)).then(() => reject(this.#lastError as Error));
    });
  }

  get isOpen(): boolean {
    return this.#client.connected && !this.#client.disconnecting;
  }

  async publish(...[topic, payload, sending]: Parameters<Link['publish']>): Promise<void> {
    const bytes = typeof payload === 'string' ? payload : Buffer.from(payload);
    await this.#asked(() => this.#client.publishAsync(topic, bytes, sending));
  }

  async subscribe(wanted: Parameters<Link['subscribe']>[0]): Promise<readonly string[]> {
    if (wanted.length === 0) return [];
    const map = Object.fromEntries(wanted.map(({ filter, qos }) => [filter, { qos }]));
    const granted = await this.#asked(() => refusalsAreAnswers(this.#client, map));
    return granted.filter(({ qos }) => qos > 2).map(({ topic }) => topic);
  }

  async unsubscribe(filters: readonly string[]): Promise<void> {
    if (filters.length > 0) await this.#asked(() => this.#client.unsubscribeAsync([...filters]));
  }

  async end(): Promise<void> {
    const isOver = Promise.race([this.closed, sleep(GOODBYE_MS)]);
    this.#client.end();
    await isOver;
    this.#client.end(true);
    this.#client.stream.destroy();
    await this.closed;
  }

  /** An answer of the broker, or the end of the connection. */
  async #asked<T>(ask: () => Promise<T>): Promise<T> {
    if (!this.isOpen) throw new MqttNotConnectedError('There is no connection to the broker.');
    const isLost = this.closed.then((reason) => {
      throw new MqttNotConnectedError(`The connection to the broker has ended: ${reason}.`);
    });
    try {
      return await Promise.race([ask(), isLost]);
    } catch (cause) {
      if (this.isOpen || cause instanceof MqttNotConnectedError) throw cause;
      throw new MqttNotConnectedError('The connection to the broker has ended.', { cause });
    }
  }
}

interface Granted {
  readonly topic: string;
  readonly qos: number;
}

/** The package makes one error of all, if one filter is refused; the list comes with it. */
function refusalsAreAnswers(
  client: MqttClient,
  map: Parameters<MqttClient['subscribe']>[0],
): Promise<readonly Granted[]> {
  return new Promise((resolve, reject) => {
    client.subscribe(map, (error, granted = [], packet) => {
      const answers: readonly unknown[] = packet?.granted ?? [];
      if (!error) resolve(granted);
      else if (answers.length !== granted.length) reject(error);
      else resolve(granted.map(({ topic }, i) => ({ topic, qos: Number(answers[i]) })));
    });
  });
}

/** Hands messages on; after a while of it the rest waits, in the socket and at the broker. */
function pacedBy(handle: (packet: IPublishPacket) => void): MqttClient['handleMessage'] {
  let begunAt = 0;
  return (packet, done) => {
    // What comes through a socket has nothing of this hub's as its cause.
    runUncaused(() => handle(packet));
    if (asyncScheduler.now() - begunAt < SLICE_MS) {
      done();
      return;
    }
    void sleep(0).then(() => {
      begunAt = asyncScheduler.now();
      done();
    });
  };
}

function messageOf({ topic, payload, qos, retain }: IPublishPacket): MqttMessage {
  return new MqttMessage(topic, Buffer.from(payload as Uint8Array), { qos, retain });
}

function refusal({ url }: LinkOptions, cause: unknown): Error {
  const { code } = (cause ?? {}) as { readonly code?: unknown };
  const reason = reasonOf(cause);
  if (BAD_IDENTITY.includes(code))
    return new ConfigEntryAuthFailed(`The broker ${url} refuses name or password: ${reason}.`, {
      cause,
    });
  if (BAD_PROTOCOL.includes(code))
    return new ConfigEntryError(`The broker ${url} does not take this client: ${reason}.`, {
      cause,
    });
  return new ConfigEntryNotReady(`The broker ${url} cannot be reached: ${reason}.`, { cause });
}

function reasonOf(error: unknown): string {
  if (error === undefined) return 'it closed the connection';
  const { code, message } = error as { readonly code?: string; readonly message: string };
  return message || (code ?? 'it closed the connection'); // an AggregateError has a code only
}
