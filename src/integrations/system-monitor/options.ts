import { z } from 'zod';

/** The options of `system_monitor`, as they stand in the configuration. */
export const systemMonitorOptions = z.strictObject({
  /** Seconds between two samplings. */
  interval_seconds: z
    .number({ error: 'expected a number of seconds from 1 to 3600' })
    .min(1, { error: 'expected at least 1 second' })
    .max(3600, { error: 'expected at most 3600 seconds' })
    .default(5),
  /** Any path on the disk whose use is wanted. */
  disk_path: z
    .string({ error: 'expected a path like `/`' })
    .min(1, { error: 'expected a path like `/`' })
    .default('/'),
  /** Whether the temperature of the processor is asked for. */
  temperature: z.boolean({ error: 'expected `true` or `false`' }).default(true),
  /** Whether the charge of the battery is asked for. */
  battery: z.boolean({ error: 'expected `true` or `false`' }).default(true),
});

export type SystemMonitorOptions = z.infer<typeof systemMonitorOptions>;
