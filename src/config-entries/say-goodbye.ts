import { after } from '../clock/clock.js';
import { ScopeClosedError } from '../errors/work-errors.js';
import type { Hub } from '../hub-api/hub.js';
import type { Late } from '../ownership/late.js';
import type { ManagedEntry } from './config-entry.js';

interface Patience {
  readonly graceMs: number;
  readonly onLate: (late: readonly Late[]) => void;
}

/**
 * Calls `unloadEntry` and gives its answer. One that hangs is named and left: the unloading goes on
 * without it.
 */
export function sayGoodbye(
  entry: ManagedEntry,
  hub: Hub,
  { graceMs, onLate }: Patience,
): Promise<unknown> {
  const { integration, label } = entry;
  const body = (): unknown => entry.asWork(() => integration?.unloadEntry?.(hub, entry));
  const name = `unload ${label}`;
  const task = hub.createTask(body, { name });
  let cancel: () => void = () => undefined;
  const isOver = new Promise<void>((resolve) => {
    cancel = after(graceMs, () => {
      onLate([task.late()]);
      task.leave(); // its scope does not wait for it once more
      task.cancel(new ScopeClosedError(`\`${label}\` was unloaded.`));
      resolve();
    });
  });
  return Promise.race([task.finally(cancel), isOver]);
}
