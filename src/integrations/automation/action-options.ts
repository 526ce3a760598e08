import { isEntityId } from 'rxhome';
import { z } from 'zod';
import { byKey, type OneOf } from './by-key.js';
import { awaited } from './trigger-options.js';
import { attribute, entityId, record, seconds, switched, text } from './words.js';

const callError = 'expected a service like `light.turn_on`';

/** `{ call: light.turn_on, target: { entityId: light.hall }, data: { brightness: 100 } }` */
const call = z.strictObject({
  call: z.string({ error: callError }).refine(isEntityId, { error: callError }),
  target: record.optional(),
  data: record.optional(),
  timeout_seconds: seconds.optional(),
});

/** `{ fire: my_event, data: { … } }` */
const fire = z.strictObject({ fire: text('the type of an event'), data: record.optional() });

/** `{ set: input.x, state: 'on' }`; attributes that are not given stay as they are. */
const set = z.strictObject({
  set: entityId,
  state: z.union([z.string(), z.number(), z.boolean()], { error: 'expected a state' }),
  attributes: z.record(attribute, z.unknown(), { error: 'expected a map' }).optional(),
});

/** `{ delay_seconds: 5 }` */
const delay = z.strictObject({ delay_seconds: seconds });

/** `{ wait_for: { state: …, to: … }, timeout_seconds: 60 }`: goes on when the time is over. */
const wait = z.strictObject({
  wait_for: awaited,
  timeout_seconds: seconds.optional(),
  /** `false`: the run ends when the time is over. */
  continue_on_timeout: switched.default(true),
});

const KINDS = { call, fire, set, delay_seconds: delay, wait_for: wait };

/** A step of a run. */
export const action = byKey('an action', () => KINDS);
export type Action = OneOf<typeof KINDS>;
