import { z } from 'zod';

const range = (from: number, to: number): z.ZodNumber => {
  const error = `expected a number from ${from} to ${to}`;
  return z.number({ error }).min(from, { error }).max(to, { error });
};

const byte = range(0, 255);
const seconds = range(0, 3600);

/** What `switch.turn_on` and its relatives take. */
export const switchAll = z.strictObject({});

const fading = {
  transition: seconds.optional(),
  flash: z.enum(['short', 'long'], { error: 'expected `short` or `long`' }).optional(),
};

/** What `light.turn_off` takes. */
export const turnOff = z.strictObject(fading);

const COLORS = ['color_temp', 'hs_color', 'xy_color', 'rgb_color'] as const;

/** What `light.turn_on` takes: Home Assistant's names and units. */
export const lightOn = z
  .strictObject({
    ...fading,
    brightness: byte.optional(),
    brightness_pct: range(0, 100).optional(),
    /** Mireds. */
    color_temp: range(1, 1000).optional(),
    /** Degrees, and percent. */
    hs_color: z.tuple([range(0, 360), range(0, 100)]).optional(),
    xy_color: z.tuple([range(0, 1), range(0, 1)]).optional(),
    rgb_color: z.tuple([byte, byte, byte]).optional(),
    effect: z.string({ error: 'expected the name of an effect' }).optional(),
  })
  .superRefine((data, context) => {
    const colors = COLORS.filter((name) => data[name] !== undefined);
    if (colors.length > 1)
      context.addIssue({
        code: 'custom',
        path: [colors[1] ?? ''],
        message: `expected one color, got ${colors.join(' and ')}`,
      });
    if (data.brightness !== undefined && data.brightness_pct !== undefined)
      context.addIssue({
        code: 'custom',
        path: ['brightness_pct'],
        message: 'expected this or `brightness`, not both',
      });
  });

export type LightOn = z.infer<typeof lightOn>;
export type TurnOff = z.infer<typeof turnOff>;
