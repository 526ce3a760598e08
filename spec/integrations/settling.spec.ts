import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestHub, type TestHub } from 'rxhome/testing';
import { KnownFiles } from '../../src/integrations/folder-watcher/known-files.js';
import { Settling } from '../../src/integrations/folder-watcher/settling.js';

const SETTLE_MS = 100;
const CREATED = [{ type: 'created', path: 'a.txt' }];
let hub: TestHub; // the clock of the looks
let dir: string;
let settling: Settling;

beforeEach(() => {
  hub = createTestHub();
  dir = mkdtempSync(join(tmpdir(), 'rxhome-settling-'));
  const tree = { watch: async () => [], forget: () => undefined, isWatching: () => false };
  const options = { counts: () => true, settleMs: SETTLE_MS };
  settling = new Settling(dir, tree, new KnownFiles(), options);
  writeFileSync(join(dir, 'a.txt'), '1');
  settling.mark('a.txt');
});
afterEach(async () => {
  await hub.stop();
  rmSync(dir, { recursive: true });
});

describe('a file has settled', () => {
  it('when two looks are alike', async () => {
    expect(await settling.look()).toEqual([]);
    await hub.advance(SETTLE_MS);
    expect(await settling.look()).toEqual(CREATED);
    expect(settling.isIdle).toBe(true);
  });

  it('not while each look finds more of it', async () => {
    for (let part = 0; part < 5; part++) {
      expect(await settling.look()).toEqual([]);
      appendFileSync(join(dir, 'a.txt'), 'more');
      await hub.advance(SETTLE_MS);
    }
    expect(await settling.look()).toEqual([]);
    await hub.advance(SETTLE_MS);
    expect(await settling.look()).toEqual(CREATED);
  });

  it('not when a look was so late that the next one followed at once', async () => {
    expect(await settling.look()).toEqual([]);
    await hub.advance(1);
    expect(await settling.look()).toEqual([]);
    await hub.advance(SETTLE_MS);
    expect(await settling.look()).toEqual(CREATED);
  });

  it('on a disk so slow that each look ends shortly before the next', async () => {
    settling = new Settling(
      dir,
      { watch: async () => [], forget: () => undefined, isWatching: () => false },
      new KnownFiles(),
      { counts: () => (void hub.advance(0.7 * SETTLE_MS), true), settleMs: SETTLE_MS },
    );
    settling.mark('a.txt');
    const found = [];
    for (let look = 0; look < 3; look++) {
      found.push(...(await settling.look()));
      await hub.advance(0.3 * SETTLE_MS);
    }
    expect(found).toEqual(CREATED);
  });

  it('and has gone with its folder, at whose place is another one, in the same look', async () => {
    const tree = { watch: async () => [], forget: () => undefined, isWatching: () => true };
    let isMoved = false;
    const counts = (path: string): boolean => {
      if (path === 'z.txt' && isMoved) {
        rmSync(join(dir, 'sub'), { recursive: true });
        mkdirSync(join(dir, 'sub'));
        settling.mark('sub');
      }
      return true;
    };
    settling = new Settling(dir, tree, new KnownFiles(), { counts, settleMs: SETTLE_MS });
    mkdirSync(join(dir, 'sub'));
    for (const path of ['sub/a.txt', 'z.txt']) {
      writeFileSync(join(dir, path), '1');
      settling.mark(path);
    }
    const found = [];
    for (let look = 0; look < 4; look++) {
      isMoved = look === 1;
      found.push(...(await settling.look()).map(({ type, path }) => `${type} ${path}`));
      await hub.advance(SETTLE_MS);
    }
    expect(found).toEqual(['created sub/a.txt', 'created z.txt', 'deleted sub/a.txt']);
  });
});
