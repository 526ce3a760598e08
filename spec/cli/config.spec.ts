import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isHubError } from 'rxhome';
import { builtInIntegrations } from 'rxhome/integrations';
import { type Config, readConfig } from '../../src/cli/config.js';

let dir: string;
let file: string;
beforeAll(async () => {
  dir = await realpath(await mkdtemp(join(tmpdir(), 'rxhome-')));
  file = join(dir, 'home.yaml');
});
afterAll(() => rm(dir, { recursive: true }));

async function read(text: string): Promise<Config> {
  await writeFile(file, text);
  return readConfig(file, builtInIntegrations);
}

/** The problems of a configuration of which something can be used. */
async function problemsOf(text: string): Promise<string[]> {
  const { problems } = await read(`file_hasher:\n${text}`);
  expect(problems.every((problem) => isHubError(problem, 'INVALID_CONFIG'))).toBe(true);
  return problems.map(({ message }) => message.replace(`${file}:`, ''));
}

describe('readConfig', () => {
  it('reads one entry or several of an integration, with their titles', async () => {
    const config = await read(`
system_monitor:
folder_watcher:
  - folder: inbox
    title: Inbox
  - { folder: /scans, patterns: ['*.pdf'] }
hub:
  threads: 2
  unload_timeout_seconds: 1.5
`);
    expect(config).toMatchObject({ dir, problems: [] });
    expect(config.entries).toEqual([
      { domain: 'system_monitor', data: {} },
      { domain: 'folder_watcher', title: 'Inbox', data: { folder: 'inbox' } },
      { domain: 'folder_watcher', data: { folder: '/scans', patterns: ['*.pdf'] } },
    ]);
    expect(config.hub).toEqual({ executor: { maxThreads: 2 }, unloadTimeoutMs: 1500 });
  });

  it.each([
    [
      'folder_wacher:\n  folder: inbox\n',
      ['2:1: there is no integration `folder_wacher`. Did you mean `folder_watcher`?'],
    ],
    [
      'zigbee:\n',
      [
        `2:1: there is no integration \`zigbee\`. There are: ${builtInIntegrations.map(({ domain }) => domain).join(', ')}, hub.`,
      ],
    ],
    [
      'system_monitor:\n  disk_path: /\n  interval_seconds: soon\n',
      [
        '4:21: `interval_seconds` of system_monitor: expected a number of seconds from 1 to 3600, got `soon`.',
      ],
    ],
    [
      'system_monitor:\n  interval_secs: 5\n  temperature: 7\n',
      [
        '4:16: `temperature` of system_monitor: expected `true` or `false`, got `7`.',
        '3:3: system_monitor has no option `interval_secs`. Did you mean `interval_seconds`?',
      ],
    ],
    [
      'folder_watcher:\n  - folder: inbox\n  - create: true\n',
      ['4:5: `folder` of folder_watcher: expected a folder like `inbox`, got nothing.'],
    ],
    [
      'folder_watcher:\n  folder: inbox\n  patterns: ["*.pdf", 7]\n',
      ['4:23: `patterns.1` of folder_watcher: expected a pattern like `*.pdf`, got `7`.'],
    ],
    ['system_monitor: 5\n', ['2:17: expected the options of system_monitor as a map, got `5`.']],
    [
      'system_monitor:\n  title: [a]\n',
      ["3:10: `title` of system_monitor: expected text, got `[ 'a' ]`."],
    ],
    [
      'hub:\n  threads: 0.5\n',
      ['3:12: `threads` of hub: expected a whole number from 1 to 256, got `0.5`.'],
    ],
    ['hub:\n  debugg: true\n', [expect.stringContaining('3:3: hub has no option `debugg`.')]],
  ])('leaves out what is wrong, and goes on: %j', async (text, expected) => {
    expect(await problemsOf(text)).toEqual(expected);
    expect((await read(`file_hasher:\n${text}`)).entries).toContainEqual({
      domain: 'file_hasher',
      data: {},
    });
  });

  it.each([
    ['system_monitor:\n  a: [1\nb: 2\n', /:3:1: Flow sequence in block collection must/],
    ['system_monitor:\nsystem_monitor:\n', /:2:1: Map keys must be unique/],
    ['a: *nobody\n', /:1:4: Unresolved alias/],
    ['- system_monitor\n', /:1:1: expected a map of integrations like `system_monitor:`, got `\[/],
    [
      'just words\n',
      /:1:1: expected a map of integrations like `system_monitor:`, got `just words`\./,
    ],
    ['', /:1:1: there is nothing in this file; it can have: system_monitor/],
    ['hub:\n', /:1:1: no integration is configured; there are: system_monitor/],
    ['zigbee:\n', /:1:1: there is no integration `zigbee`/],
  ])('refuses what cannot be used at all: %j', async (text, words) => {
    const error: unknown = await read(text).catch((reason: unknown) => reason);
    expect(isHubError(error, 'INVALID_CONFIG')).toBe(true);
    const { message } = error as Error;
    expect(message).toMatch(words);
    expect(message.startsWith(`${file}:`)).toBe(true);
  });

  it('says which file is not there', async () => {
    const missing = join(dir, 'nowhere.yaml');
    await expect(readConfig(missing, builtInIntegrations)).rejects.toThrow(
      `${missing}: the file does not exist.`,
    );
    await expect(readConfig(dir, builtInIntegrations)).rejects.toThrow(`${dir}: cannot be read`);
  });

  it('finds nothing wrong with the configuration that comes with the package', async () => {
    const shipped = await readConfig('rxhome.yaml', builtInIntegrations);
    expect(shipped.problems).toEqual([]);
    expect(shipped.entries.map(({ domain }) => domain)).toEqual([
      'system_monitor',
      'folder_watcher',
      'file_hasher',
      'sun',
      'house',
      ...['automation', 'automation', 'automation', 'automation'],
    ]);
  });

  it('finds nothing wrong with its examples, which stand in comments', async () => {
    const shipped = await readFile('rxhome.yaml', 'utf8');
    const examples = shipped
      .replace(/^# ((?:time|mqtt|simulated_home|hub):| {2,}.*)/gm, '$1')
      .replace(/^ {2}# ((?:- title:| {2,}).*)/gm, '  $1');
    const { problems, entries } = await read(examples);
    expect(problems.map(({ message }) => message)).toEqual([]);
    expect(entries.map(({ domain }) => domain)).toEqual(
      expect.arrayContaining(['sun', 'time', 'simulated_home', 'mqtt']),
    );
    expect(entries.map(({ title }) => title)).toContain('Hall light');
  });
});
