import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Store } from 'rxhome';
import { createTestHub } from 'rxhome/testing';
import { bundle } from './bundle.js';
import { Folder } from './folder.js';

// So many, unless the machine is so busy that the time is over before.
const KILLS = 30;
const WRITES = 200;
const TIME_MS = 60_000;

let folder = '';
let program = '';

// One file, because a process that compiles for a second is killed too seldom.
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rxhome-killed-'));
  program = await bundle('store-writer.ts', folder);
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Lets the program write, kills it within 40 ms, and gives the last number it has told of. */
function writeAndKill(configDir: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, configDir], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let told = '';
    let failed = '';
    child.stderr.on('data', (chunk) => (failed += String(chunk)));
    child.stdout.on('data', (chunk) => {
      if (told === '') setTimeout(() => child.kill('SIGKILL'), Math.random() * 40);
      told += String(chunk);
    });
    child.on('close', (_, signal) => {
      const last = Number(told.split('\n').at(-2));
      if (signal === 'SIGKILL' && last > 0) resolve(last);
      else reject(new Error(`The writer ended by itself: ${failed}`));
    });
  });
}

describe('a process that is killed at any moment while it saves', () => {
  it('leaves a file that is whole, the newest or the one before', async () => {
    const home = new Folder();
    let last = 0;
    const end = Date.now() + TIME_MS;
    for (let kills = 0; kills < KILLS || last < WRITES; kills++) {
      if (kills > 3 && Date.now() > end) break;
      last = await writeAndKill(home.path);
      const { data } = home.read('kill') as { data: { count: number; text: string } };
      expect(data.text).toBe(String(data.count % 10).repeat(300_000));
      // What it has told of is there; what it has not told of may be.
      expect([last, last + 1]).toContain(data.count);
    }
    const hub = createTestHub({ configDir: home.path });
    const left = readdirSync(join(home.path, '.storage')).length;
    const store = new Store<{ count: number }>(hub, { key: 'kill', version: 1 });
    expect((await store.load())?.count).toBeGreaterThanOrEqual(last);
    // Each start has removed what the kill before had left; what is of now is left alone.
    expect(left).toBeLessThanOrEqual(2);
    expect(hub.errors).toEqual([]);
  }, 120_000);
});
