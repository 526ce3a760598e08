import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, openSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '../integrations/until.js';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MAIN = join(ROOT, 'src/cli/main.ts');
const FLAGS = ['--import', 'tsx', '--conditions=rxhome-source'];

/**
 * Puts a file into `inbox`, whole at once: one that is made first and written later may be told of
 * as empty in between.
 */
export async function drop(dir: string, name: string): Promise<void> {
  const made = join(dir, name);
  await writeFile(made, 'hello');
  await rename(made, join(dir, 'inbox', name));
}

/** `rxhome` as a process of its own. */
export class Rxhome {
  out = '';
  err = '';
  readonly process: ChildProcess;
  readonly exit: Promise<number | null>;

  /** Where it writes. */
  static stdout(): 'pipe' | number {
    return 'pipe';
  }

  constructor(...args: string[]) {
    // Nothing of this terminal, and no hub that somebody else runs.
    const own = { RXHOME_URL: '', NO_COLOR: '', NODE_OPTIONS: '', NODE_NO_WARNINGS: '1' };
    const env = { ...process.env, ...own };
    this.process = spawn(process.execPath, [...FLAGS, MAIN, ...args], {
      cwd: ROOT,
      env,
      stdio: ['pipe', new.target.stdout(), 'pipe'],
    });
    this.process.stdout?.on('data', (text) => (this.out += String(text)));
    this.process.stderr!.on('data', (text) => (this.err += String(text)));
    this.exit = new Promise((resolve) => this.process.on('close', resolve));
  }

  /** What it says besides, but for how busy this machine is. */
  get notes(): string {
    return this.err.replace(/^.*The event loop stood still.*\n/gm, '');
  }

  prints(words: string | RegExp): Promise<unknown> {
    const all = (): string => this.out + this.err;
    const what = (): string => `${String(words)}; there was:\n${all()}`;
    return until(what, () => all().search(words) >= 0, 20_000);
  }

  /** Ends it if it has not ended yet. */
  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.exit;
  }
}

const FULL_DISK = '/dev/full'; // of Linux

/** The same, where nothing can be written: on a full disk, or into a file that is open for reading. */
export class Unwritable extends Rxhome {
  /** What the system says then. */
  static readonly code = existsSync(FULL_DISK) ? 'ENOSPC' : 'EBADF';

  static override stdout(): number {
    return existsSync(FULL_DISK) ? openSync(FULL_DISK, 'w') : openSync(MAIN, 'r');
  }
}

/** The objects of NDJSON. Every line has to be one; of any type, because what it is, is what a spec is about. */
export function objectsOf(out: string): any[] {
  return out
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((line): unknown => JSON.parse(line));
}

/** Takes the last port that there is, as soon as no other spec has it. */
export function atLastPort<T>(take: (port: number) => Promise<T>): Promise<NonNullable<T>> {
  return until('the last port', () => take(65_535).catch(() => null as T), 30_000);
}
