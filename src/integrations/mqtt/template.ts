import type { MqttMessage } from './message.js';

/** Takes a value out of a message, as text; `undefined` when the message does not have it. */
export type ValueTemplate = (message: MqttMessage) => string | undefined;

const EXPRESSION = /^\{\{-?\s*(.*?)\s*-?\}\}$/s;
const VALUE = /^value$/;
const PATH = /^value_json((?:\.[A-Za-z_][A-Za-z0-9_]*|\[(?:"[^"\\]*"|'[^'\\]*'|\d+)\])*)$/;
const STEP = /\.([A-Za-z_][A-Za-z0-9_]*)|\[(?:"([^"\\]*)"|'([^'\\]*)'|(\d+))\]/g;

/** The templates that there are, for messages. */
export const KNOWN_TEMPLATES =
  '`{{ value }}`, `{{ value_json.name }}` or `{{ value_json["name"] }}`';

/**
 * The part of Home Assistant's templates that names a value: `{{ value }}`, `{{ value_json.x }}`,
 * `{{ value_json["x"].y[0] }}`. There is no engine behind it; `undefined` for everything else.
 */
export function parseTemplate(source: string): ValueTemplate | undefined {
  const expression = EXPRESSION.exec(source.trim())?.[1];
  if (expression === undefined) return undefined;
  if (VALUE.test(expression)) return ({ text }) => text;
  const path = PATH.exec(expression)?.[1];
  if (path === undefined) return undefined;
  const steps = [...path.matchAll(STEP)].map(([, ...names]) => names.find(isNamed) ?? '');
  return ({ json }) => valueText(steps.reduce(stepInto, json));
}

/**
 * A value of JSON as Home Assistant's templates write it, which are Python's: `True`, `None`.
 * Payloads that are compared with it have to be written alike.
 */
export function valueText(value: unknown): string | undefined {
  switch (typeof value) {
    case 'undefined':
      return undefined;
    case 'string':
      return value;
    case 'boolean':
      return value ? 'True' : 'False';
    case 'object':
      return value === null ? 'None' : JSON.stringify(value);
    default:
      return String(value);
  }
}

function stepInto(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  if (Array.isArray(value) && name === 'length') return undefined;
  return (value as Record<string, unknown>)[name];
}

function isNamed(name: string | undefined): name is string {
  return name !== undefined;
}
