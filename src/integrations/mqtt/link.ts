import type { MqttMessage, Qos } from './message.js';

/** Where to connect, and as whom. */
export interface LinkOptions {
  readonly url: string;
  readonly clientId: string;
  readonly keepaliveSeconds: number;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** What the broker tells others when this client vanishes. */
  readonly will: LastWill | undefined;
}

export interface LastWill extends Sent {
  readonly topic: string;
  readonly payload: string;
}

/** How a message is sent, with nothing left open. */
export interface Sent {
  readonly qos: Qos;
  readonly retain: boolean;
}

/** A filter, and how its messages are to be sent. */
export interface Wanted {
  readonly filter: string;
  readonly qos: Qos;
}

/** One connection to a broker, from the handshake to its end; there is no way back. */
export interface Link {
  readonly isOpen: boolean;
  /** Resolves with the reason when it has ended, whoever ended it. Never rejects. */
  readonly closed: Promise<string>;
  /** Resolves when the broker has it as far as `qos` promises. @throws MqttNotConnectedError */
  publish(topic: string, payload: string | Uint8Array, sending: Sent): Promise<void>;
  /** @returns the filters that the broker refuses. @throws MqttNotConnectedError */
  subscribe(wanted: readonly Wanted[]): Promise<readonly string[]>;
  /** @throws MqttNotConnectedError */
  unsubscribe(filters: readonly string[]): Promise<void>;
  /** Says goodbye: the broker does not tell the last will. Resolves when the socket is closed. */
  end(): Promise<void>;
}

/** Makes a connection; `onMessage` is given what comes, one after the other. */
export type Connect = (
  options: LinkOptions,
  onMessage: (message: MqttMessage) => void,
  signal: AbortSignal,
) => Promise<Link>;
