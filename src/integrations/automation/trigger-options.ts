import { z } from 'zod';
import { timeZone } from '../time/time-zone.js';
import { byKey, type OneOf } from './by-key.js';
import { attribute, entityIds, number, record, seconds, text, words } from './words.js';

const SUN_EVENTS = ['sunrise', 'sunset', 'dawn', 'dusk', 'noon', 'midnight'] as const;
const everyError = 'expected seconds above 0';

/** `{ state: binary_sensor.hall_motion, to: 'on', for_seconds: 5 }` */
const state = z.strictObject({
  state: entityIds,
  from: words.optional(),
  to: words.optional(),
  attribute: attribute.optional(),
  for_seconds: seconds.optional(),
});

/** `{ event: doorbell_pressed, data: { door: front } }`: with at least these data. */
const event = z.strictObject({ event: text('the type of an event'), data: record.optional() });

/** `{ cron: '30 6 * * MON-FRI' }` */
const cron = z.strictObject({
  cron: text('a cron pattern like `30 6 * * MON-FRI`'),
  time_zone: timeZone.optional(),
});

/** `{ sun: sunset, offset_minutes: -30 }`: at the place of the integration `sun`. */
const sun = z.strictObject({
  sun: z.enum(SUN_EVENTS, { error: `expected one of ${SUN_EVENTS.join(', ')}` }),
  offset_minutes: number('minutes').default(0),
});

/** `{ every_seconds: 60 }` */
const interval = z.strictObject({
  every_seconds: number('seconds above 0').gt(0, { error: everyError }),
});

const KINDS = { state, event, cron, sun, every_seconds: interval };
const AWAITED = { state, event };

/** What begins a run. */
export const trigger = byKey('a trigger', () => KINDS);
export type Trigger = OneOf<typeof KINDS>;

/** What a run can wait for. */
export const awaited = byKey('what to wait for', () => AWAITED);
export type Awaited = OneOf<typeof AWAITED>;
