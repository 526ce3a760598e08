import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

// Taken before virtual time begins.
const later = setImmediate;

setFlagsFromString('--expose-gc');

/** Collects all that nothing holds any more. */
export const collectGarbage = runInNewContext('gc') as () => void;

/** Who of them is still in memory, after some turns. */
export async function alive(refs: Readonly<Record<string, WeakRef<object>>>): Promise<string[]> {
  for (let i = 0; i < 5; i++) await new Promise<void>((resolve) => later(() => resolve()));
  collectGarbage();
  return Object.keys(refs).filter((name) => refs[name]?.deref() !== undefined);
}
