import { type ChildProcess, spawn } from 'node:child_process';
import { copyFile, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../free-port.js';
import { until } from '../integrations/until.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FLAGS = ['--import', 'tsx', '--conditions=rxhome-source', '--expose-gc'];
const MAIN = join(ROOT, 'src/cli/main.ts');
const STARTS_MS = 60_000;

export interface HouseOptions {
  /** YAML; by default the `rxhome.yaml` that the repository has. */
  readonly config?: string;
  readonly args?: readonly string[];
}

/** `npm start` as its own process, in a folder of its own. */
export class House {
  readonly folder: string;
  readonly #args: readonly string[];
  #process: ChildProcess | null = null;
  #exit: Promise<unknown> = Promise.resolve();
  #port = 0;
  said = '';

  private constructor(folder: string, args: readonly string[]) {
    this.folder = folder;
    this.#args = args;
  }

  static async start({ config, args = [] }: HouseOptions = {}): Promise<House> {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'rxhome-house-')));
    const file = join(folder, 'rxhome.yaml');
    if (config === undefined) await copyFile(join(ROOT, 'rxhome.yaml'), file);
    else await writeFile(file, config);
    const house = new House(folder, args);
    house.#port = await freePort();
    await house.begin();
    return house;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  /** Begins again, where it was. */
  async begin(): Promise<void> {
    this.said = '';
    const port = ['--port', String(this.#port)];
    const file = ['--config', join(this.folder, 'rxhome.yaml')];
    const args = [...FLAGS, MAIN, 'start', '--no-open', ...port, ...file, ...this.#args];
    const env = { ...process.env, NODE_OPTIONS: '', NODE_NO_WARNINGS: '1', NO_COLOR: '1' };
    const child = spawn(process.execPath, args, { cwd: ROOT, env });
    this.#process = child;
    const hear = (text: Buffer): void => void (this.said += text.toString());
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    this.#exit = new Promise((resolve) => child.once('close', resolve));
    try {
      await until(
        () => `the page of the house, which said:\n${this.said}`,
        () => this.#isThere(),
        STARTS_MS,
      );
    } catch (error) {
      await this.end('SIGKILL');
      throw error;
    }
  }

  /** Resolves when the process is gone. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    this.#process?.kill(signal);
    await this.#exit;
  }

  async #isThere(): Promise<boolean> {
    if (this.#process?.exitCode !== null) throw new Error(`The house has ended:\n${this.said}`);
    try {
      return (await fetch(`${this.url}/api/hello`)).ok;
    } catch {
      return false;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end('SIGKILL');
    await rm(this.folder, { recursive: true, force: true });
  }
}
