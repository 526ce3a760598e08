import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type CronOptions, InvalidOptionError, trackCron } from 'rxhome';
import { createTestHub, expectNoLeaks, type TestHub } from 'rxhome/testing';

let dir: string;
let clock: TestHub; // keeps the time going while the hub is down
let hub: TestHub;
let seen: string[];
const note = (at: number): void =>
  void seen.push(`${new Date(at).toISOString().slice(5, 16)} at ${iso().slice(5, 16)}`);
const iso = (): string => new Date(Date.now()).toISOString();
const at = (text: string): Promise<void> =>
  clock.advance(new Date(`${text}Z`).getTime() - Date.now());

async function up(options: CronOptions = { key: 'daily' }): Promise<void> {
  hub = createTestHub({ configDir: dir });
  trackCron(hub, note, '0 6 * * *', { timeZone: 'UTC', ...options });
  await hub.start();
}

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'rxhome-cron-'));
  clock = createTestHub();
  await at('2030-03-01T00:00');
  seen = [];
});
afterEach(async () => {
  await hub.stop();
  expectNoLeaks(hub);
  await clock.stop();
  rmSync(dir, { recursive: true, force: true });
});

describe('trackCron with a key', () => {
  it('makes up for what was missed while the process was down, once', async () => {
    await up();
    await at('2030-03-01T12:00');
    await hub.stop();
    await at('2030-03-04T12:00');
    await up();
    await at('2030-03-04T13:00');
    await hub.stop();
    await up();
    await at('2030-03-05T12:00');
    expect(seen).toEqual([
      '03-01T06:00 at 03-01T06:00',
      '03-02T06:00 at 03-04T12:00',
      '03-05T06:00 at 03-05T06:00',
    ]);
  });

  it('makes up for nothing when nothing was missed, or when it is new', async () => {
    await up();
    await at('2030-03-01T12:00');
    for (const time of ['2030-03-01T13:00', '2030-03-01T14:00']) {
      await hub.stop();
      await at(time);
      await up();
    }
    await hub.stop();
    await at('2030-03-03T12:00');
    await up({ key: 'another' });
    await at('2030-03-03T13:00');
    expect(seen).toEqual(['03-01T06:00 at 03-01T06:00']);
  });

  it('knows from its first start what it has missed', async () => {
    await up();
    await at('2030-03-01T01:00');
    await hub.stop();
    await at('2030-03-01T07:00');
    await up();
    await at('2030-03-01T08:00');
    expect(seen).toEqual(['03-01T06:00 at 03-01T07:00']);
  });

  it('does not believe a stored time of the future, nor what makes no sense', async () => {
    mkdirSync(join(dir, '.storage'));
    for (const last of ['1e15', '"noon"', 'null']) {
      const text = `{"version": 1, "data": {"daily": ${last}}}`;
      writeFileSync(join(dir, '.storage', 'core.track_cron'), text);
      await up();
      await clock.advance('24h');
      await hub.stop();
    }
    expect(seen).toHaveLength(3);
    expect(hub.errors).toEqual([]);
  });

  it('reports a file that it cannot read, and runs all the same', async () => {
    mkdirSync(join(dir, '.storage'));
    writeFileSync(join(dir, '.storage', 'core.track_cron'), '{"version": 2, "data": {}}');
    await up();
    await clock.advance('48h');
    await hub.stop();
    expect(seen).toHaveLength(2);
    expect(hub.errors).toMatchObject([{ error: { code: 'STORE_VERSION' } }]);
  });

  it('can be ended before anything is read, and its key taken again', async () => {
    await up({ key: 'early' });
    const stop = trackCron(hub, note, '* * * * *', { key: 'k' });
    expect(() => trackCron(hub, note, '* * * * *', { key: 'k' })).toThrow(InvalidOptionError);
    stop();
    trackCron(hub, note, '* * * * *', { key: 'k' })();
    await clock.advance('5m');
    expect(seen).toEqual([]);
    expect(hub.scope.size).toBe(1); // the other one's
  });

  it.each([[{ key: '' }], [{ key: 5 }], [{ key: 'k', missed: 'skip' }]])(
    'refuses %p',
    async (options) => {
      await up({});
      const owned = hub.scope.size;
      const track = (): unknown => trackCron(hub, note, '* * * * *', options as never);
      expect(track).toThrow(InvalidOptionError);
      expect(hub.scope.size).toBe(owned);
    },
  );
});
