import { mkdir, open, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

type WriteFileAtomic = (
  path: string,
  data: null,
  options: {
    readonly mode: number;
    /** Called when the temporary file is there, before it is flushed and renamed. */
    readonly tmpfileCreated: (temporary: string) => Promise<void>;
  },
) => Promise<void>;

let loading: Promise<WriteFileAtomic> | undefined;

/** Loads what writes; a hub that stores nothing needs none of it. If that fails, the next one tries. */
export function loadWriter(): Promise<WriteFileAtomic> {
  // @ts-expect-error -- it has no types; what is used of it stands above
  loading ??= import('write-file-atomic').then(
    (module: { readonly default: WriteFileAtomic }) => module.default,
    (error: unknown) => {
      loading = undefined;
      throw error;
    },
  );
  return loading;
}

/**
 * Replaces a file by `text`, whole or not at all, whatever happens meanwhile: a temporary file
 * beside it is written, flushed to the disk and renamed. The folder is made if there is none.
 */
export async function writeWhole(path: string, text: string): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const writeFileAtomic = await loadWriter();
  await writeFileAtomic(path, null, {
    mode: 0o600,
    // It would write once and not look how much of that the disk took: on one that is nearly full
    // half a file would replace the whole one. Node's `writeFile` goes on until all is written.
    tmpfileCreated: (temporary) => writeFile(temporary, text, { flag: 'r+' }),
  });
  await flushFolder(folder);
}

// The rename itself lasts once the folder is on the disk. Not every system can do that.
async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
