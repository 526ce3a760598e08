import { z } from 'zod';

const pattern = z
  .string({ error: 'expected a pattern like `*.pdf`' })
  .min(1, { error: 'expected a pattern like `*.pdf`' });

/** The options of `folder_watcher`, as they stand in the configuration. */
export const folderWatcherOptions = z.strictObject({
  /** Absolute, below `~/`, or relative to the folder of the configuration. */
  folder: z
    .string({ error: 'expected a folder like `inbox`' })
    .min(1, { error: 'expected a folder like `inbox`' }),
  /** Makes the folder if it is not there. */
  create: z.boolean({ error: 'expected `true` or `false`' }).default(false),
  /** Which files count; `*.pdf` by name, `scans/**` by path. */
  patterns: z
    .array(pattern, { error: 'expected a list of patterns like `["*.pdf"]`' })
    .min(1, { error: 'expected at least one pattern; `*` takes all files' })
    .default(['*']),
  /** Milliseconds for which a file must not change before it is told of. */
  settle_ms: z
    .number({ error: 'expected milliseconds from 20 to 60000' })
    .min(20, { error: 'expected at least 20 milliseconds' })
    .max(60_000, { error: 'expected at most 60000 milliseconds' })
    .default(200),
});

export type FolderWatcherOptions = z.infer<typeof folderWatcherOptions>;
