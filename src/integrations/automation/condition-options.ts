import { z } from 'zod';
import { timeZone } from '../time/time-zone.js';
import { byKey } from './by-key.js';
import { attribute, entityId, entityIds, number, seconds, words } from './words.js';

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const timeError = 'expected a time of day like `22:00`';
const timeOfDay = z
  .string({ error: timeError })
  .regex(/^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/, { error: timeError });
const weekday = z.enum(WEEKDAYS, { error: `expected one of ${WEEKDAYS.join(', ')}` });

/** `{ state: sun.sun, is: below_horizon }`: of several entities all have to be so. */
const state = z.strictObject({
  state: entityIds,
  is: words,
  attribute: attribute.optional(),
  /** For at least so long. */
  for_seconds: seconds.optional(),
});

/** `{ numeric: sensor.lux, below: 40 }`: above and below are not met by the number itself. */
const numeric = z
  .strictObject({
    numeric: entityId,
    attribute: attribute.optional(),
    above: number('a number').optional(),
    below: number('a number').optional(),
  })
  .refine(({ above, below }) => above !== undefined || below !== undefined, {
    error: 'expected `above` or `below`, or both',
  });

/** `{ time: { after: '22:00', before: '06:00' } }`: from `after` on, up to `before`. */
const time = z.strictObject({
  time: z.strictObject(
    {
      after: timeOfDay.optional(),
      before: timeOfDay.optional(),
      weekdays: z.array(weekday, { error: 'expected a list like [mon, tue]' }).min(1).optional(),
      time_zone: timeZone.optional(),
    },
    { error: "expected a map like { after: '22:00', before: '06:00' }" },
  ),
});

export type StateIs = z.output<typeof state>;
export type NumericIs = z.output<typeof numeric>;
export type TimeIs = z.output<typeof time>['time'];

/** What has to be so when a trigger comes. */
export type Condition =
  | StateIs
  | NumericIs
  | { readonly time: TimeIs }
  | { readonly any: readonly Condition[] }
  | { readonly all: readonly Condition[] }
  | { readonly not: Condition };

export const condition: z.ZodType<Condition> = byKey('a condition', () => KINDS);

const list = z.array(condition, { error: 'expected a list of conditions' });
const any = z.strictObject({ any: list });
const all = z.strictObject({ all: list });
const not = z.strictObject({ not: condition });
const KINDS = { state, numeric, time, any, all, not };
