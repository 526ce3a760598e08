import { z } from 'zod';
import { timeZone } from './time-zone.js';

/** The options of `time`. */
export const timeOptions = z.strictObject({
  /** The zone of the process when it is not given. */
  time_zone: timeZone.optional(),
});

export type TimeOptions = z.infer<typeof timeOptions>;
