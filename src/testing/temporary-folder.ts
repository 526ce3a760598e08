import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder that is made when somebody asks for it, and removed with all that is in it. */
export interface TemporaryFolder {
  path(): string;
  remove(): void;
}

export function temporaryFolder(): TemporaryFolder {
  let made: string | undefined;
  let isRemoved = false;
  return {
    path: () => {
      if (isRemoved) return made ?? tmpdir();
      return (made ??= mkdtempSync(join(tmpdir(), 'rxhome-test-')));
    },
    remove: () => {
      isRemoved = true;
      if (made !== undefined) rmSync(made, { recursive: true, force: true });
    },
  };
}
