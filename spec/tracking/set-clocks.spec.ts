import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  InvalidOptionError,
  sleep,
  trackCron,
  trackInterval,
  trackPointInTime,
  trackSun,
} from 'rxhome';
import { createTestHub, expectNoLeaks, type TestHub } from 'rxhome/testing';

const HOUR = 3_600_000;
const BERLIN = 'Europe/Berlin';
let hub: TestHub;
let seen: string[];
let restoreClock = (): void => undefined;
const note = (at: number): void => void seen.push(new Date(at).toISOString());
const iso = (text: string): number => new Date(text).getTime();
const at = (text: string): Promise<void> => hub.advance(iso(text) - Date.now());

/** Somebody sets the clock on the wall; what timers measure goes on as before. */
function setClock(byMs: number): void {
  const before = Date.now;
  Date.now = () => before() + byMs;
  const inner = restoreClock;
  restoreClock = () => {
    Date.now = before;
    inner();
  };
}

beforeEach(() => {
  hub = createTestHub();
  seen = [];
});
afterEach(async () => {
  restoreClock();
  restoreClock = () => undefined;
  await hub.stop();
  expectNoLeaks(hub);
});

describe('when the clock is set forward', () => {
  it('what is past by then runs within five minutes, once', async () => {
    await at('2030-03-01T00:00:00Z');
    trackPointInTime(hub, note, iso('2030-03-01T06:00:00Z'));
    trackCron(hub, note, '0 * * * *', { timeZone: 'UTC' });
    trackCron(hub, note, '30 * * * *', { timeZone: 'UTC', missed: 'skip' });
    setClock(10 * HOUR);
    await hub.advance('5m');
    expect(seen.sort()).toEqual(['2030-03-01T01:00:00.000Z', '2030-03-01T06:00:00.000Z']);
    await hub.advance('1h');
    expect(seen.slice(2).sort()).toEqual(['2030-03-01T10:30:00.000Z', '2030-03-01T11:00:00.000Z']);
  });
});

describe('when the clock is set back', () => {
  it('by up to three hours, no time comes twice and nothing comes early', async () => {
    await at('2030-03-01T06:00:00Z');
    trackCron(hub, note, '30 * * * *', { timeZone: 'UTC' });
    trackPointInTime(hub, note, iso('2030-03-01T07:00:00Z'));
    await hub.advance('45m');
    setClock(-HOUR);
    await hub.advance('60m');
    expect(seen).toEqual(['2030-03-01T06:30:00.000Z']);
    await hub.advance('60m');
    expect(seen.slice(1)).toEqual(['2030-03-01T07:00:00.000Z', '2030-03-01T07:30:00.000Z']);
  });

  it('by years, because it was wrong before, it plans anew', async () => {
    await at('2050-03-01T00:10:00Z');
    trackCron(hub, note, '30 6 * * *', { timeZone: 'UTC' });
    trackSun(hub, note, 'sunset', { latitude: 52.5, longitude: 13.4 });
    await hub.advance('1h');
    setClock(iso('2030-06-01T00:00:00Z') - Date.now());
    await hub.advance('24h');
    expect(seen.map((text) => text.slice(0, 13))).toEqual(['2030-06-01T06', '2030-06-01T19']);
  });
});

describe('when summer time ends', () => {
  it('a time of day comes once, a rhythm goes on', async () => {
    await at('2030-10-26T22:15:00Z');
    trackCron(hub, note, '30 2 * * *', { timeZone: BERLIN });
    const rhythm: number[] = [];
    trackCron(hub, (planned) => void rhythm.push(planned), '*/30 * * * *', { timeZone: BERLIN });
    await hub.advance('5h');
    expect(seen).toEqual(['2030-10-27T00:30:00.000Z']);
    expect(rhythm).toHaveLength(10);
    expect(new Set(rhythm.slice(1).map((time, i) => time - (rhythm[i] ?? 0)))).toEqual(
      new Set([HOUR / 2]),
    );
  });
});

describe('a timer', () => {
  it('ends in its own job, by hand or with its owner, at once or later', async () => {
    const scope = hub.scope.child('lamp');
    let runs = 0;
    const stopCron = trackCron(
      hub,
      () => {
        runs++;
        stopCron();
      },
      '* * * * *',
    );
    const stopInterval = trackInterval(
      hub,
      () => {
        runs++;
        stopInterval();
      },
      1_000,
    );
    const owned = hub.scoped(scope);
    const close = (): void => {
      runs++;
      void scope.close();
    };
    trackInterval(owned, close, 1_000, { immediate: true });
    expect(runs).toBe(1);
    await hub.advance('10m');
    expect(runs).toBe(3);
    expect(hub.clock!.pendingTimers).toEqual([]);
    expect(hub.errors).toEqual([]);
    expect(hub.scope.size).toBe(0);
  });

  it('with a planned time leaves out the runs that come while it still runs', async () => {
    await at('2030-03-01T00:00:30Z');
    trackCron(
      hub,
      async (planned) => {
        note(planned);
        await sleep(150_000);
      },
      '* * * * *',
    );
    await hub.advance('7m');
    expect(seen.map((text) => text.slice(14, 16))).toEqual(['01', '04', '07']);
  });

  it('waits ten thousand hours', async () => {
    await at('2030-01-01T00:00:00Z');
    let hours = 0;
    const count = (): void => {
      hours++;
    };
    trackCron(hub, count, '0 * * * *');
    trackPointInTime(hub, note, Date.now() + 10_000 * HOUR);
    trackSun(hub, note, 'solarNoon', { latitude: 0, longitude: 0 });
    await hub.advance(10_000 * HOUR);
    expect(hours).toBe(10_000);
    expect(seen).toHaveLength(1 + Math.round(10_000 / 24));
  }, 60_000); // 350,000 timers

  it('refuses a place in words', () => {
    const place = { latitude: '52', longitude: '13' } as never;
    expect(() => trackSun(hub, note, 'sunset', place)).toThrow(InvalidOptionError);
    expect([hub.scope.size, hub.bus.listenerCounts()]).toEqual([0, {}]);
  });
});
