import { MqttMessageError } from './errors.js';
import { type MqttMessage, shown } from './message.js';

/** How a device says on, and off. */
export interface OnOffPayloads {
  readonly on: string;
  readonly off: string;
}

/** @returns null for `None`. @throws MqttMessageError when it is neither of the two. */
export function onOrOff(
  { topic }: MqttMessage,
  value: string,
  { on, off }: OnOffPayloads,
): boolean | null {
  if (value === on) return true;
  if (value === off) return false;
  if (value === 'None') return null;
  throw new MqttMessageError(
    `Expected ${shown(on)} or ${shown(off)} on \`${topic}\`, got ${shown(value)}.`,
  );
}
