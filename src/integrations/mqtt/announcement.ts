import type { z } from 'zod';
import { inFull } from './abbreviations.js';
import {
  type BinarySensorConfig,
  type Component,
  type LightConfig,
  SCHEMAS,
  type SensorConfig,
  type SwitchConfig,
} from './discovery-schema.js';
import { MqttMessageError } from './errors.js';
import { type MqttMessage, shown } from './message.js';

/** What a device says of one of its entities. */
export type Announcement =
  | { readonly component: 'sensor'; readonly config: SensorConfig }
  | { readonly component: 'binary_sensor'; readonly config: BinarySensorConfig }
  | { readonly component: 'switch'; readonly config: SwitchConfig }
  | { readonly component: 'light'; readonly config: LightConfig };

/** Of which entity a topic tells. */
export interface DiscoveryTopic {
  readonly component: string;
  /** `node_id object_id`, as Home Assistant has it: the same in all messages of one entity. */
  readonly id: string;
}

const ID = /^[a-zA-Z0-9_-]+$/;

/**
 * Takes `<prefix>/<component>/[<node_id>/]<object_id>/config` apart.
 *
 * @throws MqttMessageError naming the topic when an id has other characters than Home Assistant's.
 */
export function parseDiscoveryTopic(topic: string, prefix: string): DiscoveryTopic {
  const [component = '', ...rest] = topic.slice(prefix.length + 1).split('/');
  const ids = rest.slice(0, -1);
  const bad = [component, ...ids].find((id) => !ID.test(id));
  if (bad !== undefined)
    throw new MqttMessageError(
      `The topic \`${topic}\` announces nothing: expected ids of letters, digits, \`_\` and \`-\`, got ${shown(bad)}.`,
    );
  return { component, id: ids.join(' ') };
}

export function isKnownComponent(component: string): component is Component {
  return Object.hasOwn(SCHEMAS, component);
}

/** @throws MqttMessageError naming the topic, and every path that is wrong. */
export function parseAnnouncement(component: Component, message: MqttMessage): Announcement {
  const { json, topic } = message;
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new MqttMessageError(
      `The announcement on \`${topic}\` is wrong: expected an object, got ${shown(message.text)}.`,
    );
  const given = inFull(json as Readonly<Record<string, unknown>>);
  if (given.availability !== undefined && given.availability_topic !== undefined)
    throw new MqttMessageError(
      `The announcement on \`${topic}\` is wrong: \`availability_topic\`: expected this or \`availability\`, not both.`,
    );
  const result = SCHEMAS[component].safeParse(given);
  if (!result.success)
    throw new MqttMessageError(
      `The announcement on \`${topic}\` is wrong: ${result.error.issues.map(inWords).join('; ')}.`,
      { cause: result.error },
    );
  return { component, config: result.data } as Announcement;
}

function inWords({ path, message }: z.core.$ZodIssue): string {
  return path.length === 0 ? message : `\`${path.map(String).join('.')}\`: ${message}`;
}
