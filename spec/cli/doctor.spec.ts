import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { filesOf } from '../../src/cli/doctor/files.js';
import { nodeVersion } from '../../src/cli/doctor/node-version.js';
import { portIsFree } from '../../src/cli/doctor/port.js';
import { run } from './in-process.js';
import { HELLO, inspector, Somebody } from './inspectors.js';
import { freePort } from '../free-port.js';
import { objectsOf } from './rxhome.js';

jest.setTimeout(40_000);

let dir: string;
beforeAll(async () => {
  dir = await realpath(await mkdtemp(join(tmpdir(), 'rxhome-')));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function config(text: string): Promise<string> {
  const file = join(dir, 'home.yaml');
  await writeFile(file, text);
  return file;
}

describe('the version of Node', () => {
  it.each([
    ['20.19.0', 'ok'],
    ['20.20.2', 'ok'],
    ['22.0.0', 'ok'],
    ['20.18.9', 'broken'],
    ['18.99.0', 'broken'],
    ['9.30.0', 'broken'],
  ])('%s is %s', (version, health) => {
    const finding = nodeVersion(version, '>=20.19');
    expect(finding).toMatchObject({ check: 'node', health });
    expect(finding.advice).toBe(health === 'ok' ? null : 'Install Node 20.19 or newer.');
  });
});

describe('the port of the page', () => {
  it('is free, or belongs to a hub, or to somebody else', async () => {
    expect(await portIsFree(await freePort())).toMatchObject({ health: 'ok' });
    {
      await using one = await Somebody.listening(inspector(HELLO));
      expect(await portIsFree(one.port)).toMatchObject({
        health: 'ok',
        text: expect.stringMatching(/^A hub runs at .* \(rxhome 0\.1\.0, process 7\)/),
      });
    }
    {
      await using one = await Somebody.listening(inspector({ ...HELLO, protocol: 99 }));
      expect(await portIsFree(one.port)).toMatchObject({ health: 'warning' });
    }
    await using one = await Somebody.listening((_, response) => void response.end('hi'));
    expect(await portIsFree(one.port)).toMatchObject({
      health: 'warning',
      text: `Port ${one.port} is taken by something that is no hub.`,
    });
    await using still = await Somebody.listening(() => undefined);
    expect(await portIsFree(still.port)).toMatchObject({
      health: 'warning',
      text: `Port ${still.port} is taken by something that does not answer.`,
    });
  });
});

describe('the files', () => {
  it('are broken when the configuration cannot be used', async () => {
    expect(await filesOf({ path: join(dir, 'nowhere.yaml') })).toEqual([
      {
        check: 'configuration',
        health: 'broken',
        text: `${join(dir, 'nowhere.yaml')}: the file does not exist.`,
        advice: 'Mend it, or name another: --config FILE',
      },
    ]);
  });

  it('are looked at one by one', async () => {
    const path = await config(`
folder_watcher:
  - { folder: home.yaml }
  - { folder: nowhere }
  - { folder: to/be/made, create: true }
  - { folder: home.yaml/inbox/deep, create: true }
  - { folder: . }
file_hashr:
`);
    const found = await filesOf({ path });
    expect(found.map(({ check, health, text }) => [check, health, text])).toEqual([
      ['configuration', 'warning', expect.stringContaining('Did you mean `file_hasher`?')],
      ['folder', 'ok', `${dir} can be written.`],
      ['watched folder', 'broken', `${dir}/home.yaml is no folder.`],
      ['watched folder', 'warning', `${dir}/nowhere is not there.`],
      ['watched folder', 'ok', `${dir}/to/be/made will be made.`],
      ['watched folder', 'broken', `${dir}/home.yaml/inbox/deep is not there and cannot be made.`],
      ['watched folder', 'ok', `${dir} can be read.`],
    ]);
  });

  it('need a folder that can be written', async () => {
    const place = { path: await config('file_hasher:\n'), dir: join(dir, 'gone') };
    expect(await filesOf(place)).toContainEqual(
      expect.objectContaining({ check: 'folder', health: 'broken' }),
    );
  });
});

describe('rxhome doctor', () => {
  it('tells all of it, and ends with 0 if nothing is broken', async () => {
    const path = await config('file_hasher:\n');
    const free = String(await freePort());
    const { code, out, err } = await run('doctor', '--config', path, '--port', free, '--json');
    expect([code, err]).toEqual([0, '']);
    const found = objectsOf(out).map(({ check, text }) => [check, text]);
    expect(found).toEqual([
      ['node', `Node ${process.versions.node}`],
      ['port', `Port ${free} is free for the page.`],
      ['configuration', expect.stringMatching(/home\.yaml: file_hasher$/)],
      ['folder', `${dir} can be written.`],
      ['event loop', expect.stringMatching(/late by [\d.]+ ms at worst/)],
      ['worker threads', expect.stringMatching(/within \d+ ms/)],
      ['sensors', expect.stringMatching(/can measure: .*memory/)],
    ]);
  });

  it('shows marks and advice, and ends with 1 if something is broken', async () => {
    const path = join(dir, 'nowhere.yaml');
    const { code, out } = await run('doctor', '--config', path, '--port', String(await freePort()));
    expect(code).toBe(1);
    expect(out).toMatch(/^✓ Node /);
    expect(out).toContain(
      `✗ ${path}: the file does not exist.\n  Mend it, or name another: --config FILE\n`,
    );
  });
});
