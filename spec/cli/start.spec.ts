import { createHash } from 'node:crypto';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { HubClient } from '../../src/cli/hub-client.js';
import { until } from '../integrations/until.js';
import { Somebody } from './inspectors.js';
import { freePort } from '../free-port.js';
import { atLastPort, drop, Rxhome } from './rxhome.js';

jest.setTimeout(60_000);

let dir: string;
let rxhome: Rxhome | undefined;
beforeEach(async () => {
  dir = await realpath(await mkdtemp(join(tmpdir(), 'rxhome-')));
});
afterEach(async () => {
  await rxhome?.kill();
  rxhome = undefined;
  await rm(dir, { recursive: true, force: true });
});

async function config(text: string): Promise<string> {
  const file = join(dir, 'home.yaml');
  await writeFile(file, text);
  return file;
}

/** What the hub there calls itself; a busy machine may not let it answer at once. */
function labelAt(url: string): Promise<string> {
  const label = async (): Promise<string | null> => {
    const found = await HubClient.at(url);
    return found.who === 'hub' ? found.hub.hello.label : null;
  };
  return until(`a label at ${url}`, label, 20_000);
}

describe('rxhome start', () => {
  it('shows the chain of a new file, stops at SIGTERM and exits with 0', async () => {
    const file = await config(`
folder_watcher: { folder: inbox, create: true }
file_hasher:
system_monitr:
`);
    const port = await freePort();
    rxhome = new Rxhome('start', '--config', file, '--port', String(port));
    await rxhome.prints(/Ctrl\+C/);
    expect(rxhome.out).toMatch(new RegExp(`^See it at http://127\\.0\\.0\\.1:${port}\n`));
    expect(rxhome.err).toContain(
      `${file}:4:1: there is no integration \`system_monitr\`. Did you mean \`system_monitor\`?`,
    );
    expect(rxhome.out.trim().split('\n').length).toBeLessThanOrEqual(5);
    await drop(dir, 'report.pdf');
    const hash = createHash('sha256').update('hello').digest('hex').slice(0, 12);
    await rxhome.prints(`sensor.report_pdf_sha256 = ${hash}`);
    expect(rxhome.out).toMatch(
      // On a machine that is busy the chain goes on in a second line.
      /^\d\d:\d\d:\d\d (folder_watcher created report\.pdf → file_hasher →|…) task hash report\.pdf → worker \d, [\d,]+ ms → sensor\.report_pdf_sha256 = \w{12}( …)?$/m,
    );
    rxhome.process.kill('SIGTERM');
    expect(await rxhome.exit).toBe(0);
    expect(rxhome.out).toMatch(/Stopping: .*\n(.*\n)*Stopped\.\n$/);
  });

  it('takes the next port when one is taken, and says so and what is not real', async () => {
    const file = await config('house:\n');
    await using other = await Somebody.listening((_, response) => void response.end());
    const port = String(other.port);
    rxhome = new Rxhome('start', '--config', file, '--port', port, '--load', '500');
    await rxhome.prints(/Ctrl\+C/);
    const [, url = ''] = /^See it at (\S+) \(port \d+ is taken\)$/m.exec(rxhome.out) ?? [];
    expect(rxhome.out).toContain(`(port ${port} is taken)\nSynthetic load, not real data: 500 `);
    expect(await labelAt(url)).toBe('Synthetic load');
    await rxhome.prints(/^\d\d:\d\d:\d\d synthetic_load: \d+ more of the kind$/m);
  });

  it('runs a simulated home, and says so', async () => {
    const file = await config('file_hasher:\n');
    const port = String(await freePort());
    rxhome = new Rxhome('start', '--config', file, '--port', port, '--simulate');
    await rxhome.prints(/Ctrl\+C/);
    expect(rxhome.out).toContain(
      '\nA simulated home runs: what “Simulated home” tells is not real.\n',
    );
    expect(rxhome.out).toMatch(/^rxhome \S+ runs file_hasher, simulated_home from/m);
    expect(await labelAt(`http://127.0.0.1:${port}`)).toBe('Simulated home');
  });

  it('runs on when no page can be shown, and stops when nobody reads any more', async () => {
    const file = await config('folder_watcher: { folder: inbox, create: true }\n');
    const other = await atLastPort((port) =>
      Somebody.listening((_, response) => void response.end(), port),
    );
    try {
      rxhome = new Rxhome('start', '--config', file, '--port', String(other.port));
      await rxhome.prints(/Ctrl\+C/);
      expect(rxhome.notes).toMatch(/^! There is no page: .*65535.*\n$/);
      expect(rxhome.out).toMatch(/^rxhome \S+ runs folder_watcher/);
      rxhome.process.stdout!.destroy();
      await drop(dir, 'a.txt');
      expect(await rxhome.exit).toBe(0);
      expect(rxhome.notes.split('\n')).toHaveLength(2);
    } finally {
      await other.close();
    }
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
      '--no-page',
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
    expect(help.out).toMatch(/--config <file>[\s\S]*--quiet[\s\S]*--no-color[\s\S]*Exit codes: 0/);
  });
});
