import { z } from 'zod';

const seedError = 'expected a whole number';
const speedError = 'expected a number from 1 to 600';
const roomError = 'expected the name of a room like `kitchen`';

/** The options of `simulated_home`. */
export const simulatedHomeOptions = z.strictObject({
  /** What happens: the same number, the same life. */
  seed: z.int({ error: seedError }).default(1),
  /** Seconds in the flat for each of ours. */
  speed: z
    .number({ error: speedError })
    .min(1, { error: speedError })
    .max(600, { error: speedError })
    .default(60),
  /** Each has a light and a motion sensor; the door is in the first one. */
  rooms: z
    .array(z.string({ error: roomError }).regex(/[a-zA-Z0-9]/, { error: roomError }), {
      error: 'expected a list of rooms like [hall, kitchen]',
    })
    .min(1, { error: 'expected at least one room' })
    .refine((rooms) => new Set(rooms).size === rooms.length, {
      error: 'expected each room once',
    })
    .default(['hall', 'kitchen', 'bedroom']),
});

export type SimulatedHomeOptions = z.infer<typeof simulatedHomeOptions>;
