import { MqttMessageError } from './errors.js';

export type Qos = 0 | 1 | 2;

/** What is read of a payload at most, in bytes. */
export const MAX_PAYLOAD_BYTES = 1024 * 1024;

const SHOWN_CHARACTERS = 60;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A message as it came. Text and JSON are made when somebody asks, once for all who do. */
export class MqttMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: Qos;
  /** The broker had kept it: it tells what was, and not that something happens now. */
  readonly retain: boolean;
  #text: string | undefined;
  #json: { readonly value: unknown } | undefined;

  constructor(topic: string, payload: Uint8Array, { qos = 0, retain = false }: Sending = {}) {
    this.topic = topic;
    this.payload = payload;
    this.qos = qos;
    this.retain = retain;
  }

  /** @throws MqttMessageError when it is not UTF-8, or longer than 1 MiB. */
  get text(): string {
    return (this.#text ??= this.#decode());
  }

  /** @throws MqttMessageError when it is not JSON, or has no `text`. */
  get json(): unknown {
    return (this.#json ??= { value: this.#parse() }).value;
  }

  #decode(): string {
    const { byteLength } = this.payload;
    if (byteLength > MAX_PAYLOAD_BYTES)
      throw new MqttMessageError(
        `The payload on \`${this.topic}\` has ${byteLength} bytes; ${MAX_PAYLOAD_BYTES} are read at most.`,
      );
    try {
      return utf8.decode(this.payload);
    } catch (cause) {
      throw new MqttMessageError(`The payload on \`${this.topic}\` is not UTF-8.`, { cause });
    }
  }

  #parse(): unknown {
    const { text } = this;
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw new MqttMessageError(`The payload on \`${this.topic}\` is not JSON: ${shown(text)}.`, {
        cause,
      });
    }
  }
}

/** How a message is sent. */
export interface Sending {
  /** 0: at most once, 1: at least once, 2: once. @default 0 */
  readonly qos?: Qos | undefined;
  /** Whether the broker keeps it for those who subscribe later. @default false */
  readonly retain?: boolean | undefined;
}

/** Text of somebody's as it stands in a message: one line, not too long. */
export function shown(text: string): string {
  const line = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"');
  return line.length > SHOWN_CHARACTERS ? `\`${line.slice(0, SHOWN_CHARACTERS)}…\`` : `\`${line}\``;
}
