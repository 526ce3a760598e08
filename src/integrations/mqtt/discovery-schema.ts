import { z } from 'zod';
import { plainTopic, qosLevel } from './options.js';
import { KNOWN_TEMPLATES, parseTemplate, type ValueTemplate, valueText } from './template.js';
import { shown } from './message.js';

const text = z.string({ error: 'expected text' });
const flag = z.boolean({ error: 'expected `true` or `false`' });
const positive = z.number({ error: 'expected a number' }).positive({ error: 'expected above 0' });

/** A payload to compare with, or to send, written as a template would write it. */
const payload = z
  .union([z.string(), z.number(), z.boolean()], { error: 'expected text, a number or a boolean' })
  .transform((value) => valueText(value) ?? '');

const template = text.transform((source, context): ValueTemplate => {
  const parsed = parseTemplate(source);
  if (parsed) return parsed;
  context.addIssue({
    code: 'custom',
    message: `the template ${shown(source)} is not known here; there are ${KNOWN_TEMPLATES}`,
  });
  return z.NEVER;
});

const seconds = z
  .number({ error: 'expected seconds' })
  .nonnegative({ error: 'expected seconds from 0 up' });

const availabilityItem = z.object({
  topic: plainTopic,
  payload_available: payload.default('online'),
  payload_not_available: payload.default('offline'),
  value_template: template.optional(),
});

const device = z.object({ name: text.nullish() });

/** What all kinds of entities can announce. Keys that mean nothing here are left out. */
const common = {
  unique_id: z.union([text, z.number()]).transform(String).optional(),
  name: text.nullish(),
  object_id: text.optional(),
  default_entity_id: text.optional(),
  device: device.optional(),
  device_class: text.nullish(),
  icon: text.optional(),
  entity_picture: text.optional(),
  enabled_by_default: flag.default(true),
  qos: qosLevel.default(0),
  availability: z.array(availabilityItem).optional(),
  availability_mode: z
    .enum(['all', 'any', 'latest'], { error: 'expected `all`, `any` or `latest`' })
    .default('latest'),
  availability_topic: plainTopic.optional(),
  availability_template: template.optional(),
  payload_available: payload.default('online'),
  payload_not_available: payload.default('offline'),
  json_attributes_topic: plainTopic.optional(),
  json_attributes_template: template.optional(),
  encoding: z.literal('utf-8', { error: 'expected `utf-8`; there is no other here' }).optional(),
};

const isOnOff = {
  payload_on: payload.default('ON'),
  payload_off: payload.default('OFF'),
};

export const sensorSchema = z.object({
  ...common,
  state_topic: plainTopic,
  value_template: template.optional(),
  unit_of_measurement: text.nullish(),
  state_class: text.nullish(),
  options: z.array(text).optional(),
  expire_after: seconds.optional(),
  force_update: flag.default(false),
  last_reset_value_template: template.optional(),
});

export const binarySensorSchema = z.object({
  ...common,
  ...isOnOff,
  state_topic: plainTopic,
  value_template: template.optional(),
  expire_after: seconds.optional(),
  off_delay: seconds.optional(),
  force_update: flag.default(false),
});

const commanded = {
  command_topic: plainTopic,
  state_topic: plainTopic.optional(),
  optimistic: flag.default(false),
  retain: flag.default(false),
};

export const switchSchema = z.object({
  ...common,
  ...isOnOff,
  ...commanded,
  value_template: template.optional(),
  state_on: payload.optional(),
  state_off: payload.optional(),
});

const COLOR_MODES = [
  'onoff',
  'brightness',
  'color_temp',
  'hs',
  'xy',
  'rgb',
  'rgbw',
  'rgbww',
  'white',
] as const;

export const lightSchema = z.object({
  ...common,
  ...commanded,
  schema: z.literal('json', { error: 'expected `json`; there is no other schema here' }),
  brightness: flag.default(false),
  brightness_scale: positive.default(255),
  supported_color_modes: z
    .array(z.enum(COLOR_MODES, { error: `expected one of ${COLOR_MODES.join(', ')}` }))
    .optional(),
  min_mireds: positive.optional(),
  max_mireds: positive.optional(),
  effect: flag.default(false),
  effect_list: z.array(text).optional(),
  flash_time_short: positive.default(2),
  flash_time_long: positive.default(10),
});

/** The kinds of entities that there are here, and what can be said of each. */
export const SCHEMAS = {
  sensor: sensorSchema,
  binary_sensor: binarySensorSchema,
  switch: switchSchema,
  light: lightSchema,
} as const;

export type Component = keyof typeof SCHEMAS;
export type ColorMode = (typeof COLOR_MODES)[number];
export type SensorConfig = z.infer<typeof sensorSchema>;
export type BinarySensorConfig = z.infer<typeof binarySensorSchema>;
export type SwitchConfig = z.infer<typeof switchSchema>;
export type LightConfig = z.infer<typeof lightSchema>;
/** What all of them have. */
export type CommonConfig = Pick<SensorConfig, keyof typeof common>;
