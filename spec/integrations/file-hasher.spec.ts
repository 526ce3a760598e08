import { createHash } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Activity } from 'rxhome';
import { createHome, type Home } from './home.js';
import { until } from './until.js';

const SENSOR = 'sensor.report_pdf_sha256';
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
let home: Home;

beforeEach(async () => {
  home = await createHome();
  await home.add({ domain: 'file_hasher' });
});
afterEach(() => home.close());

const write = async (name: string, text: string): Promise<string> => {
  const path = join(home.dir, name);
  await writeFile(path, text);
  return path;
};
const fire = (event_type: 'created' | 'modified' | 'deleted', path: string): void => {
  const file = path.slice(path.lastIndexOf('/') + 1);
  home.hub.bus.fire('folder_watcher', { event_type, path, file, folder: home.dir });
};

describe('file_hasher', () => {
  it('gives a file a sensor with its hash, and takes it away with the file', async () => {
    const path = await write('report.pdf', 'hello');
    fire('created', path);
    await home.hub.blockTillDone();
    const state = home.hub.states.get(SENSOR);
    expect(state?.state).toBe(sha256('hello').slice(0, 12));
    expect(state?.attributes).toEqual({
      sha256: sha256('hello'),
      path,
      size: 5,
      friendly_name: 'SHA-256 of report.pdf',
    });
    fire('deleted', path);
    expect(home.hub.states.get(SENSOR)).toBeUndefined();
  });

  it('tells the last content when a file changes while it is hashed', async () => {
    const path = await write('report.pdf', 'first');
    fire('created', path);
    await writeFile(path, 'second');
    fire('modified', path);
    await home.hub.blockTillDone();
    expect(home.hub.states.get(SENSOR)?.attributes['sha256']).toBe(sha256('second'));
    expect(home.errors).toEqual([]);
  });

  it('leaves no sensor of a file that is gone before its hash is there', async () => {
    const path = await write('report.pdf', 'hello');
    fire('created', path);
    await rm(path);
    fire('deleted', path);
    await home.hub.blockTillDone();
    expect(home.hub.states.get(SENSOR)).toBeUndefined();
    expect(home.errors).toEqual([]);
  });

  it('reports a file that cannot be read, with its path, and goes on', async () => {
    const folder = join(home.dir, 'secret.pdf');
    await mkdir(folder);
    fire('created', folder);
    const report = await until('the report', () => home.errors[0]);
    expect(report).toMatchObject({ owner: 'file_hasher', name: 'hash secret.pdf' });
    expect(String(report.error)).toContain(`Cannot hash ${folder}: EISDIR`);
    expect(home.hub.states.is('sensor.secret_pdf_sha256', 'unavailable')).toBe(true);

    fire('created', await write('report.pdf', 'hello'));
    await home.hub.blockTillDone();
    expect(home.hub.states.get(SENSOR)?.attributes['size']).toBe(5);
  });

  it('numbers files of the same name', async () => {
    await mkdir(join(home.dir, 'b'));
    fire('created', await write('report.pdf', 'one'));
    await home.hub.blockTillDone();
    fire('created', await write('b/report.pdf', 'two'));
    await home.hub.blockTillDone();
    expect(home.hub.states.get(`${SENSOR}_2`)?.attributes['sha256']).toBe(sha256('two'));
  });

  it('takes its sensors along when it is unloaded', async () => {
    fire('created', await write('report.pdf', 'hello'));
    await home.hub.blockTillDone();
    await home.hub.configEntries.unload(home.hub.configEntries.entries()[0]!.entryId);
    expect(home.hub.states.get(SENSOR)).toBeUndefined();
    expect(home.errors).toEqual([]);
  });

  it('is one chain from the file to the state, without a context passed by hand', async () => {
    const path = await write('report.pdf', 'hello');
    const seen: Activity[] = [];
    const looking = home.hub.activity$.subscribe((activity) => seen.push(activity));
    fire('created', path);
    await home.hub.blockTillDone();
    looking.unsubscribe();
    const find = (kind: Activity['kind'], name: string): Activity =>
      seen.find((one) => one.kind === kind && one.name === name)!;
    const event = find('event', 'folder_watcher');
    const listener = find('listener', 'hash new files');
    const task = find('task', 'hash report.pdf');
    const job = find('job', 'sha256');
    const state = find('state', 'state_changed');
    expect([listener.parent, task.parent, job.parent, state.parent]).toEqual([
      event.id,
      listener.id,
      task.id,
      task.id,
    ]);
    expect(state.context?.parentId).toBe(event.context?.id);
  });
});
