import { appendFileSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHome, type Home } from './home.js';
import { pause, until } from './until.js';

const SETTLE_MS = 50;
let home: Home;
let inbox: string;

beforeEach(async () => {
  home = await createHome();
  inbox = join(home.dir, 'inbox');
});
afterEach(() => home.close());

// The specs change files while they hold the loop. Otherwise the watcher may see a file between its
// opening and its first byte, when the machine lets a settle time pass there.

const watch = (options: Record<string, unknown> = {}): ReturnType<Home['add']> =>
  home.add({
    domain: 'folder_watcher',
    data: { folder: 'inbox', create: true, settle_ms: SETTLE_MS, ...options },
  });
const told = (): string[] =>
  home.files.map(({ event_type: type, file, dest_file: to }) =>
    [type, file, ...(to === undefined ? [] : [to])].join(' '),
  );
const untilTold = (...expected: string[]): Promise<boolean> =>
  until(
    () => `${expected.join(', ')}; there was: ${told().join(', ')}`,
    () => expected.every((one) => told().includes(one)),
  );

describe('folder_watcher', () => {
  it('tells of a new file with the names of Home Assistant', async () => {
    await watch();
    writeFileSync(join(inbox, 'report.pdf'), 'hello');
    await untilTold('created report.pdf');
    expect(home.files).toEqual([
      {
        event_type: 'created',
        path: join(inbox, 'report.pdf'),
        file: 'report.pdf',
        folder: inbox,
      },
    ]);
  });

  it('waits until a file that is being written is whole, and tells of it once', async () => {
    await watch({ settle_ms: 150 });
    const path = join(inbox, 'slow.bin');
    let parts = 0;
    const write = (): void => {
      parts++;
      appendFileSync(path, 'x'.repeat(1000));
    };
    // By a timer of the same loop: whatever stands still, there is a part between any two looks.
    const writing = setInterval(write, 20);
    try {
      await until('many parts', () => parts >= 30);
      expect(told()).toEqual([]);
    } finally {
      clearInterval(writing);
    }
    await untilTold('created slow.bin');
    await pause(200);
    expect(told()).toEqual(['created slow.bin']);
  });

  it('tells of a change, a move and an end; what was there before is not new', async () => {
    mkdirSync(inbox);
    writeFileSync(join(inbox, 'old.txt'), '1');
    await watch();
    writeFileSync(join(inbox, 'old.txt'), '1234');
    await untilTold('modified old.txt');
    renameSync(join(inbox, 'old.txt'), join(inbox, 'new.txt'));
    await untilTold('moved old.txt new.txt');
    rmSync(join(inbox, 'new.txt'));
    await untilTold('deleted new.txt');
    expect(told()).toEqual(['modified old.txt', 'moved old.txt new.txt', 'deleted new.txt']);
    expect(home.files[1]).toMatchObject({
      dest_path: join(inbox, 'new.txt'),
      dest_folder: inbox,
    });
  });

  it('takes an atomic replacement for a change, and a short-lived file for nothing', async () => {
    await watch();
    writeFileSync(join(inbox, 'note.txt'), '1');
    await untilTold('created note.txt');
    writeFileSync(join(inbox, '.note.tmp'), '22');
    renameSync(join(inbox, '.note.tmp'), join(inbox, 'note.txt'));
    writeFileSync(join(inbox, 'ghost'), 'boo');
    rmSync(join(inbox, 'ghost'));
    await untilTold('modified note.txt');
    await pause(3 * SETTLE_MS);
    expect(told()).toEqual(['created note.txt', 'modified note.txt']);
  });

  it('goes on hearing of a file that was replaced, or removed and made again at once', async () => {
    await watch();
    const note = join(inbox, 'note.txt');
    writeFileSync(note, '1');
    await untilTold('created note.txt');
    writeFileSync(join(inbox, '.tmp'), '22');
    renameSync(join(inbox, '.tmp'), note);
    await until('the first', () => told().length === 2);
    appendFileSync(note, '3');
    await until('the second', () => told().length === 3);
    rmSync(note);
    writeFileSync(note, '4444');
    await until('the third', () => told().length === 4);
    appendFileSync(note, '5');
    await until('the fourth', () => told().length === 5);
    expect(told().slice(1)).toEqual(Array(4).fill('modified note.txt'));
  });

  it('goes on hearing of what is in a folder that was replaced', async () => {
    await watch();
    const a = join(inbox, 'a');
    mkdirSync(join(a, 'b'), { recursive: true });
    writeFileSync(join(a, 'b', 'old.txt'), '1');
    await untilTold('created old.txt');
    rmSync(a, { recursive: true });
    mkdirSync(join(a, 'b'), { recursive: true });
    await untilTold('deleted old.txt');
    writeFileSync(join(a, 'b', 'new.txt'), '1');
    await untilTold('created new.txt');
    appendFileSync(join(a, 'b', 'new.txt'), '2');
    await untilTold('modified new.txt');
    expect(told()).toHaveLength(4);
  });

  it('goes on hearing of its folder when another one is at its place at once', async () => {
    await watch();
    rmSync(inbox, { recursive: true });
    mkdirSync(inbox); // often with the number of the old one
    await pause(3 * SETTLE_MS);
    writeFileSync(join(inbox, 'new.txt'), '1');
    await untilTold('created new.txt');
  });

  it('tells of the files of a folder that was moved away, and at whose place is something else', async () => {
    await watch();
    for (const name of ['a', 'b', 'c']) {
      mkdirSync(join(inbox, name));
      writeFileSync(join(inbox, name, `${name}.txt`), '1');
    }
    await untilTold('created a.txt', 'created b.txt', 'created c.txt');
    for (const name of ['a', 'b', 'c']) renameSync(join(inbox, name), join(home.dir, name));
    writeFileSync(join(inbox, 'a'), 'a file');
    mkdirSync(join(inbox, 'b'));
    await untilTold('deleted a.txt', 'created a', 'deleted b.txt', 'deleted c.txt');
  });

  it('misses nothing when more happens at once than the system keeps news of', async () => {
    await watch();
    for (let i = 0; i < 10_000; i++) writeFileSync(join(inbox, `${i}.txt`), '1');
    await until('all files', () => home.files.length === 10_000, 60_000);
  }, 90_000);

  it('follows a link to a file, and none to a folder: that may lie in itself', async () => {
    await watch();
    writeFileSync(join(home.dir, 'elsewhere.txt'), '1');
    symlinkSync(join(home.dir, 'elsewhere.txt'), join(inbox, 'linked.txt'));
    symlinkSync(inbox, join(inbox, 'itself'));
    await untilTold('created linked.txt');
    writeFileSync(join(inbox, 'last.txt'), '1');
    await untilTold('created last.txt');
    expect(told()).toEqual(['created linked.txt', 'created last.txt']);
  });

  it('sees files in folders that are new, moved and removed', async () => {
    await watch();
    mkdirSync(join(inbox, 'a', 'b'), { recursive: true });
    writeFileSync(join(inbox, 'a', 'b', 'deep.txt'), '1');
    await untilTold('created deep.txt');
    renameSync(join(inbox, 'a'), join(inbox, 'z'));
    await untilTold('moved deep.txt deep.txt');
    writeFileSync(join(inbox, 'z', 'b', 'more.txt'), '1');
    await untilTold('created more.txt');
    rmSync(join(inbox, 'z'), { recursive: true });
    await untilTold('deleted deep.txt', 'deleted more.txt');
    expect(told()).toHaveLength(5);
  });

  it('counts only what the patterns take', async () => {
    await watch({ patterns: ['*.pdf'] });
    writeFileSync(join(inbox, 'a.txt'), '1');
    writeFileSync(join(inbox, 'a.pdf'), '1');
    await untilTold('created a.pdf');
    await pause(2 * SETTLE_MS);
    expect(told()).toEqual(['created a.pdf']);
  });

  it('waits for a folder that is not there, and says which', async () => {
    const entry = await watch({ create: false });
    expect(entry.state).toBe('setup_retry');
    expect(entry.reason).toBe(
      `The folder ${inbox} does not exist. Make it, or set \`create: true\`.`,
    );
  });

  it('gives up on what is no folder', async () => {
    writeFileSync(inbox, 'a file');
    const entry = await watch();
    expect([entry.state, entry.reason]).toEqual(['setup_error', `${inbox} is not a folder.`]);
  });

  it('reports a folder that vanishes once, and goes on when it is back', async () => {
    const other = await home.add({ domain: 'system_monitor', data: { temperature: false } });
    const entry = await watch();
    writeFileSync(join(inbox, 'a.txt'), '1');
    await untilTold('created a.txt');
    rmSync(inbox, { recursive: true });
    await until('the report', () => home.errors.length > 0);
    await untilTold('deleted a.txt');
    expect(home.errors).toHaveLength(1);
    expect(home.errors[0]).toMatchObject({ owner: 'folder_watcher', name: `watch ${inbox}` });
    expect(String(home.errors[0]!.error)).toContain(`The folder ${inbox} cannot be watched`);

    mkdirSync(inbox);
    writeFileSync(join(inbox, 'b.txt'), '1');
    await untilTold('created b.txt');
    expect([entry.state, other.state]).toEqual(['loaded', 'loaded']);
    expect(home.errors).toHaveLength(1);
    expect(home.log.filter((line) => line.includes('is back'))).toHaveLength(1);
  });

  it('ends with its entry', async () => {
    const entry = await watch();
    await home.hub.configEntries.unload(entry.entryId);
    writeFileSync(join(inbox, 'late.txt'), '1');
    await pause(4 * SETTLE_MS);
    expect(told()).toEqual([]);
    expect(home.errors).toEqual([]);
  });

  it('begins a chain of causes with every file, and is caused by nothing', async () => {
    const contexts: (string | null)[] = [];
    home.hub.bus.listen('folder_watcher', ({ context }) => void contexts.push(context.parentId));
    await home.hub.createTask(async () => {
      const entry = await watch();
      await home.hub.configEntries.reload(entry.entryId);
    });
    writeFileSync(join(inbox, 'a.txt'), '1');
    await untilTold('created a.txt');
    expect(contexts).toEqual([null]);
  });
});
