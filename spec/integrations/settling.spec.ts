import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
  const tree = { watch: async () => [], forget: () => undefined };
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
});
