import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type AfterRestart,
  InvalidOptionError,
  Job,
  type StateChange,
  type TrackStateOptions,
  trackState,
} from 'rxhome';
import { createTestHub, expectNoLeaks, type TestHub } from 'rxhome/testing';

const DOOR = 'binary_sensor.door';
const OPEN: TrackStateOptions = { to: 'on', forMs: 100_000, key: 'door open' };
let dir: string;
/** Keeps the virtual time going while the hub is down. */
let clock: TestHub;
let hub: TestHub;
let began: number;
/** Seconds since the beginning at which the tracker ran. */
let times: number[];
const tick = (): void => void times.push((Date.now() - began) / 1000);

/** The hub begins, with the tracker in it. */
async function up(options: Partial<TrackStateOptions> = {}): Promise<TestHub> {
  hub = createTestHub({ configDir: dir });
  trackState(hub, DOOR, tick, { ...OPEN, ...options });
  await hub.start();
  return hub;
}

/** The process is killed: what is on the disk now is all that is left. */
async function crash(): Promise<void> {
  const left = mkdtempSync(join(tmpdir(), 'rxhome-crash-'));
  cpSync(dir, left, { recursive: true });
  await hub.stop();
  rmSync(dir, { recursive: true });
  cpSync(left, dir, { recursive: true });
  rmSync(left, { recursive: true });
}

const file = (): string => join(dir, '.storage', 'core.track_state');
const door = (state: string): void => hub.states.set(DOOR, state);

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'rxhome-held-'));
  clock = createTestHub();
  began = Date.now();
  times = [];
});
afterEach(async () => {
  await hub.stop();
  expectNoLeaks(hub);
  await clock.stop();
  rmSync(dir, { recursive: true, force: true });
});

describe('trackState with a key', () => {
  // Opened at 0 s, due at 100 s; down from 40 s on, seen again 10 s after the start.
  it.each<[AfterRestart | undefined, number, number[]]>([
    [undefined, 20, [100]],
    [undefined, 200, [250]], // due long ago: when the door is seen
    ['from-last-changed', 20, [100]],
    ['remaining', 20, [130]],
    ['remaining', 200, [310]],
    ['restart', 20, [170]],
    ['restart', 200, [350]],
    ['skip', 20, []],
    ['skip', 200, []],
  ])('goes on by %p after %p s, once', async (after, downS, expected) => {
    const options = after && { after };
    await up(options);
    door('on');
    await hub.advance('40s');
    await hub.stop();
    await clock.advance(downS * 1000);
    await up(options);
    await hub.advance('10s');
    door('on');
    await hub.advance('10m');
    expect(times).toEqual(expected);
    // Not a second time for this occurrence, also after another restart …
    await hub.stop();
    await up(options);
    door('on');
    await hub.advance('10m');
    expect(times).toEqual(expected);
    // … but for the next one.
    door('off');
    door('on');
    const opened = (Date.now() - began) / 1000;
    await hub.advance('10m');
    expect(times).toEqual([...expected, opened + 100]);
    expect(hub.errors).toEqual([]);
  });

  it.each<[AfterRestart]>([['from-last-changed'], ['remaining'], ['restart'], ['skip']])(
    'by %p forgets what has ended while it was down',
    async (after) => {
      await up({ after });
      door('on');
      await hub.advance('40s');
      await hub.stop();
      await clock.advance('20s');
      await up({ after });
      door('off');
      await hub.advance('10m');
      expect(times).toEqual([]);
      door('on');
      await hub.advance('100s');
      expect(times).toEqual([760]);
    },
  );

  it('adds up what remains over several restarts', async () => {
    for (const [upS, downS] of [
      [30, 500],
      [30, 500],
      [30, 500],
    ] as const) {
      await up({ after: 'remaining' });
      door('on');
      await hub.advance(upS * 1000);
      await hub.stop();
      await clock.advance(downS * 1000);
    }
    await up({ after: 'remaining' });
    door('on');
    await hub.advance('10m');
    expect(times).toEqual([1600]);
  });

  it('waits for a real state: unknown and unavailable say nothing yet', async () => {
    await up();
    door('on');
    await hub.advance('40s');
    await hub.stop();
    await up();
    door('unknown');
    hub.states.remove(DOOR);
    door('unavailable');
    await hub.advance('30s');
    door('on');
    await hub.advance('10m');
    expect(times).toEqual([100]);
  });

  it('goes on also when the entity was there before the tracker', async () => {
    await up();
    door('on');
    await hub.advance('40s');
    await hub.stop();
    hub = createTestHub({ configDir: dir });
    door('on');
    await hub.start();
    const changes: StateChange[] = [];
    trackState(hub, DOOR, (change: StateChange) => void changes.push(change), OPEN);
    await hub.advance('10m');
    expect(changes).toHaveLength(1);
    expect(changes[0]).toMatchObject({
      type: 'state_changed',
      timeFired: began + 40_000,
      data: { entityId: DOOR, oldState: null, newState: { state: 'on' } },
    });
    expect(changes[0]?.context).toBe(hub.states.get(DOOR)?.context);
  });

  it('is caused by the change with which the entity came back', async () => {
    await up();
    door('on');
    await hub.stop();
    hub = createTestHub({ configDir: dir });
    trackState(hub, DOOR, () => hub.states.set('light.alarm', 'on'), OPEN);
    await hub.start();
    hub.bus.listen('bridge_found', () => door('on'));
    hub.bus.fire('bridge_found');
    await hub.advance('10m');
    expect(hub.why('light.alarm').steps.map(({ type }) => type)).toEqual([
      'bridge_found',
      'state_changed',
      'state_changed',
    ]);
  });

  it('outlives the reload of its owner, unless the state has changed meanwhile', async () => {
    hub = createTestHub({ configDir: dir });
    const load = async (): Promise<() => Promise<void>> => {
      const scope = hub.scope.child('automation');
      trackState(hub.scoped(scope), DOOR, tick, OPEN);
      await hub.advance(0);
      return () => scope.close();
    };
    await hub.start();
    let unload = await load();
    door('on');
    await hub.advance('40s');
    await unload();
    await hub.advance('10s');
    unload = await load();
    await hub.advance('10m');
    expect(times).toEqual([100]);
    door('off');
    door('on');
    await hub.advance('40s');
    await unload();
    await hub.advance('1s');
    door('off');
    await hub.advance('1s');
    door('on');
    await load();
    await hub.advance('10m');
    expect(times).toEqual([100]); // nobody has seen this one begin
  });

  it('is forgotten when it is unsubscribed by hand, not when the hub stops a marked job', async () => {
    hub = createTestHub({ configDir: dir });
    const marked = new Job(tick, { cancelOnShutdown: true });
    trackState(hub, DOOR, marked, { ...OPEN, key: 'marked' });
    const stop = trackState(hub, DOOR, tick, { ...OPEN, key: 'ended' });
    await hub.start();
    door('on');
    await hub.advance('40s');
    stop();
    await hub.stop();
    expect(Object.keys(stored())).toEqual(['marked']);
  });

  it('survives a crash: what is due is on the disk within a second', async () => {
    await up();
    door('on');
    await hub.advance('2s');
    await crash();
    await clock.advance('30s');
    await up();
    door('on');
    await hub.advance('10m');
    expect(times).toEqual([100]);
    await crash();
    await up();
    door('on');
    await hub.advance('10m');
    expect(times).toEqual([100]);
  });

  it('after a crash knows what remains to a minute', async () => {
    await up({ after: 'remaining' });
    door('on');
    await hub.advance('90s');
    await crash();
    await up({ after: 'remaining' });
    door('on');
    await hub.advance('10m');
    expect(times).toHaveLength(1);
    expect(times[0]).toBeGreaterThanOrEqual(100);
    expect(times[0]).toBeLessThanOrEqual(160);
  });

  it('forgets an entity that was not there for 7 days', async () => {
    await up();
    door('on');
    await hub.stop();
    await clock.advance('6d');
    await up();
    await hub.stop();
    expect(stored()).toHaveProperty(['door open', DOOR]);
    await clock.advance('2d');
    await up();
    await hub.stop();
    expect(stored()).toEqual({});
  });

  it('forgets it also while the hub waits for it', async () => {
    await up({ after: 'skip' });
    door('on');
    await hub.stop();
    await up({ after: 'skip' });
    await hub.advance('8d');
    door('on'); // so this is a new one
    await hub.advance('10m');
    expect(times).toHaveLength(1);
  });

  it('waits no longer than it should when the clock has been set back', async () => {
    await up();
    door('on');
    await hub.advance('40s');
    await hub.stop();
    const content = JSON.parse(readFileSync(file(), 'utf8')) as {
      data: Record<string, Record<string, { since: number; seenAt: number }>>;
    };
    const hold = content.data['door open']?.[DOOR];
    hold!.since += 9 * 86_400_000;
    hold!.seenAt += 9 * 86_400_000;
    writeFileSync(file(), JSON.stringify(content));
    await up();
    door('on');
    await hub.advance('10m');
    expect(times).toEqual([140]);
  });

  it('does not mix up trackers of other entities that had the key', async () => {
    await up();
    door('on');
    await hub.stop();
    hub = createTestHub({ configDir: dir });
    door('on');
    trackState(hub, 'binary_sensor.window', tick, OPEN);
    await hub.start();
    await hub.advance('10m');
    expect(times).toEqual([]);
  });

  it.each([
    ['no JSON', '{"version": 1, "data": {', 'STORE_CORRUPT'],
    ['a newer version', '{"version": 9, "data": {}}', 'STORE_VERSION'],
    [
      'senseless parts',
      `{"version": 1, "data": {"door open": {"${DOOR}": {"since": "noon"}, "x": null}, "y": 7}}`,
      undefined,
    ],
  ])('reports %s and goes on', async (_what, text, code) => {
    mkdirSync(join(dir, '.storage'));
    writeFileSync(file(), text);
    await up();
    door('on');
    await hub.advance('10m');
    expect(times).toEqual([100]);
    expect(hub.errors).toHaveLength(1);
    expect(hub.errors[0]).toMatchObject({ source: 'storage', error: code ? { code } : {} });
    await hub.stop();
    expect(hub.errors).toHaveLength(1);
    if (code === 'STORE_VERSION') expect(readFileSync(file(), 'utf8')).toBe(text);
  });

  it('refuses a key that is in use, and takes it again when it is free', async () => {
    await up();
    const again = (): (() => void) => trackState(hub, DOOR, tick, OPEN);
    expect(again).toThrow(InvalidOptionError);
    expect(again).toThrow('door open');
    const other = trackState(hub, DOOR, tick, { ...OPEN, key: 'another' });
    other();
    trackState(hub, DOOR, tick, { ...OPEN, key: 'another' });
    await hub.advance(0);
  });

  it('leaves nothing behind: no listener, no timer', async () => {
    hub = createTestHub({ configDir: dir });
    const stop = trackState(hub, DOOR, tick, { ...OPEN, after: 'remaining' });
    await hub.advance(0);
    door('on');
    await hub.advance('10s');
    stop();
    await hub.advance('2s');
    expectNoLeaks(hub);
    expect(hub.clock!.pendingTimers).toEqual([]);
    expect(stored()).toEqual({});
  });
});

function stored(): object {
  return (JSON.parse(readFileSync(file(), 'utf8')) as { data: object }).data;
}
