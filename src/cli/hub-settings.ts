import type { HubOptions } from 'rxhome';
import { z } from 'zod';

const WHOLE = 'expected a whole number from 1 to 256';

/** What stands under `hub:` in the configuration. */
export const hubSettings = z.strictObject({
  /** Threads for blocking work, at most. */
  threads: z.int({ error: WHOLE }).min(1, { error: WHOLE }).max(256, { error: WHOLE }).optional(),
  /** Seconds that an integration may take to end. */
  unload_timeout_seconds: z
    .number({ error: 'expected seconds from 0 to 600' })
    .min(0, { error: 'expected seconds from 0 to 600' })
    .max(600, { error: 'expected seconds from 0 to 600' })
    .optional(),
  /** Whether causes are followed over `await`. */
  causality: z.enum(['auto', 'explicit'], { error: 'expected `auto` or `explicit`' }).optional(),
});

/** The same as the hub takes it. */
export function toHubOptions(settings: z.infer<typeof hubSettings>): HubOptions {
  const { threads, unload_timeout_seconds: seconds, causality } = settings;
  return {
    ...(threads !== undefined && { executor: { maxThreads: threads } }),
    ...(seconds !== undefined && { unloadTimeoutMs: seconds * 1000 }),
    ...(causality !== undefined && { causality }),
  };
}
