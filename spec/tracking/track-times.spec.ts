import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  currentContext,
  InvalidOptionError,
  Job,
  nextSunTime,
  Scope,
  sunPosition,
  trackCron,
  trackPointInTime,
  trackSun,
} from 'rxhome';
import { createTestHub, expectNoLeaks, type TestHub } from 'rxhome/testing';

const BERLIN = { latitude: 52.52, longitude: 13.4 };
const TROMSO = { latitude: 69.65, longitude: 18.96 };
let hub: TestHub;
let seen: string[];
const note = (at: number): void => void seen.push(new Date(at).toISOString());
const now = (): number => Date.now();
const iso = (text: string): number => new Date(text).getTime();

/** A test hub whose clock shows `text`. */
async function at(text: string): Promise<void> {
  await hub.advance(iso(text) - now());
}

beforeEach(() => {
  hub = createTestHub();
  seen = [];
});
afterEach(async () => {
  await hub.stop();
  expectNoLeaks(hub);
});

describe('trackPointInTime', () => {
  it('runs once, at that time, without a cause', async () => {
    const when = now() + 90 * 60_000;
    let cause: unknown = 'not run';
    trackPointInTime(hub, () => void (cause = currentContext()), when);
    trackPointInTime(hub, note, new Date(when));
    await hub.advance('89m');
    expect(seen).toEqual([]);
    await hub.advance('1m');
    await hub.advance('3h');
    expect(seen).toEqual([new Date(when).toISOString()]);
    expect(cause).toBeNull();
    expect(hub.clock?.pendingCount).toBe(0);
  });

  it('runs what is past in the next turn, never at once', async () => {
    trackPointInTime(hub, note, now() - 5);
    expect(seen).toEqual([]);
    await hub.advance(0);
    expect(seen).toHaveLength(1);
  });

  it('ends by hand, with its owner, and with the hub when the job is marked', async () => {
    const scope = new Scope('clock');
    trackPointInTime(hub, note, now() + 10)();
    trackPointInTime(hub.scoped(scope), note, now() + 10);
    trackPointInTime(hub, new Job(note, { cancelOnShutdown: true }), now() + 1_000);
    await scope.close();
    expect(hub.clock?.pendingCount).toBe(1);
    await hub.start();
    await hub.stop();
    expect(hub.clock?.pendingCount).toBe(0);
    expect(seen).toEqual([]);
  });

  it.each([NaN, Infinity, '12:00', new Date('never')])('refuses %p', (when) => {
    expect(() => trackPointInTime(hub, note, when as never)).toThrow(InvalidOptionError);
  });
});

describe('trackCron', () => {
  it('follows its pattern in its time zone', async () => {
    await at('2030-03-01T00:00:00Z');
    const stop = trackCron(hub, note, '30 6 * * MON-FRI', { timeZone: 'Europe/Berlin' });
    await at('2030-03-05T12:00:00Z');
    expect(seen).toEqual([
      '2030-03-01T05:30:00.000Z', // a Friday
      '2030-03-04T05:30:00.000Z',
      '2030-03-05T05:30:00.000Z',
    ]);
    stop();
    await hub.advance('48h');
    expect(seen).toHaveLength(3);
  });

  it('takes seconds, and goes on after an error', async () => {
    await at('2030-03-01T00:00:00Z');
    trackCron(
      hub,
      (when) => {
        note(when);
        throw new Error('broken');
      },
      '*/20 * * * * *',
      { name: 'thrice a minute' },
    );
    await hub.advance('1m');
    expect(seen).toEqual([
      '2030-03-01T00:00:20.000Z',
      '2030-03-01T00:00:40.000Z',
      '2030-03-01T00:01:00.000Z',
    ]);
    expect(hub.errors).toHaveLength(3);
    expect(hub.errors[0]).toMatchObject({ name: 'thrice a minute', owner: 'hub' });
  });

  it('runs at once on the day on which its hour is left out', async () => {
    await at('2030-03-30T12:00:00Z');
    trackCron(hub, note, '30 2 * * *', { timeZone: 'Europe/Berlin' });
    await at('2030-04-02T00:00:00Z');
    expect(seen).toEqual(['2030-03-31T01:00:00.000Z', '2030-04-01T00:30:00.000Z']);
  });

  it.each(['', 'every day', '61 * * * *', '0 0 30 2 *', 7])('refuses the pattern %p', (pattern) => {
    expect(() => trackCron(hub, note, pattern as string)).toThrow(InvalidOptionError);
  });

  it('refuses a time zone that is none, and a policy that is none', () => {
    const inZone = (): unknown => trackCron(hub, note, '* * * * *', { timeZone: 'Mars/Crater' });
    expect(inZone).toThrow(InvalidOptionError);
    expect(inZone).toThrow('Mars/Crater');
    expect(() => trackCron(hub, note, '* * * * *', { missed: 'all' as never })).toThrow('`missed`');
  });
});

describe('the sun', () => {
  it('rises and sets where it should, within minutes', () => {
    // Berlin, June 21st 2030, in UTC.
    const noon = iso('2030-06-21T00:00:00Z');
    const rise = nextSunTime('sunrise', BERLIN, noon) ?? 0;
    const set = nextSunTime('sunset', BERLIN, noon) ?? 0;
    expect(Math.abs(rise - iso('2030-06-21T02:43:00Z'))).toBeLessThan(3 * 60_000);
    expect(Math.abs(set - iso('2030-06-21T19:33:00Z'))).toBeLessThan(3 * 60_000);
    expect(sunPosition(BERLIN, iso('2030-06-21T11:10:00Z')).elevation).toBeCloseTo(60.9, 0);
    expect(sunPosition(BERLIN, iso('2030-06-21T23:00:00Z')).elevation).toBeLessThan(0);
  });

  it('always gives a time after the one asked for', () => {
    let last = iso('2030-01-01T00:00:00Z');
    for (let day = 0; day < 30; day++) {
      const next = nextSunTime('sunset', BERLIN, last) ?? 0;
      expect(next - last).toBeGreaterThan(0);
      if (day > 0) expect(Math.abs(next - last - 86_400_000)).toBeLessThan(5 * 60_000);
      last = next;
    }
  });

  it('does not rise for weeks in the far north', () => {
    const from = iso('2030-12-01T00:00:00Z');
    const rise = nextSunTime('sunrise', TROMSO, from) ?? 0;
    expect(new Date(rise).toISOString().slice(0, 7)).toBe('2031-01');
    expect(nextSunTime('solarNoon', TROMSO, from)).not.toBeNull();
  });

  it('starts jobs, before and after', async () => {
    await at('2030-06-21T00:00:00Z');
    trackSun(hub, note, 'sunrise', { ...BERLIN, offsetMs: -30 * 60_000 });
    await hub.advance('48h');
    expect(seen.map((text) => text.slice(0, 15))).toEqual(['2030-06-21T02:1', '2030-06-22T02:1']);
  });

  it.each([
    ['moonrise', BERLIN, 'moonrise'],
    ['sunrise', { latitude: 91, longitude: 0 }, '`latitude`'],
    ['sunrise', { latitude: 0, longitude: NaN }, '`longitude`'],
    ['sunrise', { ...BERLIN, offsetMs: '1h' }, '`offsetMs`'],
    ['sunrise', {}, '`latitude`'],
  ])('refuses %p %p', (event, options, named) => {
    const track = (): unknown => trackSun(hub, note, event as never, options as never);
    expect(track).toThrow(InvalidOptionError);
    expect(track).toThrow(named);
  });
});
