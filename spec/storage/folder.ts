import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';

const made: string[] = [];
afterAll(() => {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
});

/** The configuration folder of a home that is started again. */
export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), 'rxhome-store-'));

  constructor() {
    made.push(this.path);
  }

  file(key: string): string {
    return join(this.path, '.storage', key);
  }

  /** What a store file holds, as it is on the disk. */
  read(key: string): { version: number; key: string; data: unknown } | null {
    try {
      return JSON.parse(readFileSync(this.file(key), 'utf8')) as never;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  write(key: string, content: string | Uint8Array | object): void {
    mkdirSync(join(this.path, '.storage'), { recursive: true });
    const text = typeof content === 'string' || content instanceof Uint8Array;
    writeFileSync(this.file(key), text ? content : JSON.stringify(content));
  }

  get names(): string[] {
    return readdirSync(join(this.path, '.storage')).sort();
  }
}
