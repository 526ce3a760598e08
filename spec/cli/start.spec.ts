import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { until } from '../integrations/until.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MAIN = join(ROOT, 'src/cli/main.ts');
const FLAGS = ['--import', 'tsx', '--conditions=rxhome-source'];

jest.setTimeout(20_000);

/** `rxhome` as a process of its own. */
class Rxhome {
  out = '';
  err = '';
  readonly process: ChildProcess;
  readonly exit: Promise<number | null>;

  constructor(...args: string[]) {
    const env = { ...process.env, NODE_OPTIONS: '', NODE_NO_WARNINGS: '1' };
    this.process = spawn(process.execPath, [...FLAGS, MAIN, ...args], { cwd: ROOT, env });
    this.process.stdout!.on('data', (text) => (this.out += String(text)));
    this.process.stderr!.on('data', (text) => (this.err += String(text)));
    this.exit = new Promise((resolve) => this.process.on('close', resolve));
  }

  prints(words: string | RegExp): Promise<unknown> {
    const all = (): string => this.out + this.err;
    const what = (): string => `${String(words)}; there was:\n${all()}`;
    return until(what, () => all().search(words) >= 0, 10_000);
  }
}

let dir: string;
let rxhome: Rxhome | undefined;
beforeEach(async () => {
  dir = await realpath(await mkdtemp(join(tmpdir(), 'rxhome-')));
});
afterEach(async () => {
  rxhome?.process.kill('SIGKILL');
  await rm(dir, { recursive: true, force: true });
});

async function config(text: string): Promise<string> {
  const file = join(dir, 'home.yaml');
  await writeFile(file, text);
  return file;
}

describe('rxhome start', () => {
  it('shows the chain of a new file, stops at SIGTERM and exits with 0', async () => {
    const file = await config(`
folder_watcher: { folder: inbox, create: true }
file_hasher:
system_monitr:
`);
    rxhome = new Rxhome('start', '--config', file);
    await rxhome.prints(/Ctrl\+C/);
    expect(rxhome.err).toContain(
      `${file}:4:1: there is no integration \`system_monitr\`. Did you mean \`system_monitor\`?`,
    );
    expect(rxhome.out.trim().split('\n').length).toBeLessThanOrEqual(5);
    await writeFile(join(dir, 'inbox', 'report.pdf'), 'hello');
    const hash = createHash('sha256').update('hello').digest('hex').slice(0, 12);
    await rxhome.prints(`sensor.report_pdf_sha256 = ${hash}`);
    expect(rxhome.out).toMatch(
      /^\d\d:\d\d:\d\d folder_watcher created report\.pdf → file_hasher → task hash report\.pdf → worker \d, \d+ ms → sensor\.report_pdf_sha256 = \w{12}$/m,
    );
    rxhome.process.kill('SIGTERM');
    expect(await rxhome.exit).toBe(0);
    expect(rxhome.out).toMatch(/Stopping: .*\n(.*\n)*Stopped\.\n$/);
  });

  it('exits with 2 for a configuration that cannot be used, and says where', async () => {
    const file = await config('folder_watcher:\n  folder: [inbox\nfile_hasher:\n');
    rxhome = new Rxhome('start', '--config', file);
    expect(await rxhome.exit).toBe(2);
    expect(rxhome.err).toMatch(new RegExp(`^${file}:3:1: Flow sequence`));
    expect(rxhome.out).toBe('');
  });

  it('exits with 2 for a configuration that is not there', async () => {
    rxhome = new Rxhome('start', '--config', join(dir, 'nowhere.yaml'));
    expect(await rxhome.exit).toBe(2);
    expect(rxhome.err).toBe(`${join(dir, 'nowhere.yaml')}: the file does not exist.\n`);
  });

  it('is silent with --quiet, also at SIGINT', async () => {
    rxhome = new Rxhome(
      'start',
      '--quiet',
      '--config',
      await config('folder_watcher: { folder: gone }'),
    );
    await rxhome.prints('is not ready');
    rxhome.process.kill('SIGINT');
    expect(await rxhome.exit).toBe(0);
    expect(rxhome.out).toBe('');
  });

  it('tells its version and its commands', async () => {
    rxhome = new Rxhome('--version');
    expect(await rxhome.exit).toBe(0);
    expect(rxhome.out).toMatch(/^\d+\.\d+\.\d+\n$/);
    const help = new Rxhome('start', '--help');
    expect(await help.exit).toBe(0);
    expect(help.out).toMatch(/--config <file>[\s\S]*--quiet[\s\S]*--no-color/);
  });
});
