import { z } from 'zod';

const BUTTONS = ['press', 'drop', 'stall', 'break', 'leak'] as const;

const switched = z.boolean({ error: 'expected `true` or `false`' }).default(true);

/** The options of `house`: what of it there is. */
export const houseOptions = z.strictObject({
  /** `person.you`: whether somebody looks at the page. */
  person: switched,
  /** `light.page`: the page glows while it is on. */
  light: switched,
  /** The buttons of the page. */
  buttons: z
    .array(z.enum(BUTTONS, { error: `expected one of ${BUTTONS.join(', ')}` }), {
      error: `expected a list of ${BUTTONS.join(', ')}`,
    })
    .default([...BUTTONS]),
});

export type HouseOptions = z.infer<typeof houseOptions>;
