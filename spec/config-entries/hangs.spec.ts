import { describe, expect, it } from '@jest/globals';
import { type Hub, type Scope, ScopeClosedError, sleep, TimeoutError } from 'rxhome';
import { expectNoLeaks, type TestHub, type TestHubOptions } from 'rxhome/testing';
import { during, homeWith } from './home.js';

/** What hangs for ever is left behind when the test is over. */
const home = (lamp: Parameters<typeof homeWith>[0], options: TestHubOptions = {}): TestHub =>
  homeWith(lamp, { leaks: 'ignore', ...options });

const never = (): Promise<never> => new Promise(() => undefined);

describe('a set-up that hangs', () => {
  it('has failed after 300 s, is named, and what it began is gone', async () => {
    const hubs: Hub[] = [];
    const hub = home({
      setupEntry(mine, entry) {
        hubs.push(mine);
        mine.bus.listen('e', () => undefined);
        entry.runtimeData = 'half';
        return never();
      },
    });
    await hub.start();
    const adding = hub.configEntries.add({ domain: 'lamp', title: 'Kitchen' });
    await hub.advance(299_999);
    expect(hub.configEntries.entries()[0]!.state).toBe('setup_in_progress');
    await hub.advance(1);
    const entry = await adding;
    expect([entry.state, entry.reason]).toEqual([
      'setup_error',
      '`setupEntry` of lamp "Kitchen" took longer than 300 s.',
    ]);
    expect([hubs[0]!.scope.closed, hub.bus.listenerCounts(), entry.runtimeData]).toEqual([
      true,
      {},
      undefined,
    ]);
    expect(hub.errors).toEqual([
      expect.objectContaining({ source: 'integration', owner: 'lamp "Kitchen"' }),
    ]);
    expect(hub.errors[0]!.error).toBeInstanceOf(TimeoutError);
    expect(hub.log.map(({ message }) => message)).toEqual([
      expect.stringMatching(/set up lamp "Kitchen".*10\.0 s/),
      expect.stringMatching(/took longer than 300 s/),
    ]);
    // Nobody waits for it.
    await hub.blockTillDone();
    expect(hub.clock!.frame).toBe(300_000);
  });

  it('has the limit that the hub was given', async () => {
    const hub = home({ setupEntry: never }, { setupTimeoutMs: 2000 });
    const entry = await during(hub, hub.configEntries.add({ domain: 'lamp' }), 2000);
    expect(entry.reason).toMatch(/2 s/);
    expect(() => home({}, { setupTimeoutMs: -1 })).toThrow(/setupTimeoutMs/);
  });

  it('may hang for ever if the hub says so', async () => {
    const hub = home({ setupEntry: () => sleep(900_000) }, { setupTimeoutMs: Infinity });
    const entry = await during(hub, hub.configEntries.add({ domain: 'lamp' }), 900_000);
    expect(entry.state).toBe('loaded');
  });

  it('can do nothing when it wakes up, and its signal has told it', async () => {
    const woken: unknown[] = [];
    const hub = home(
      {
        async setupEntry(mine, entry) {
          await sleep(400_000);
          mine.states.set('light.zombie', 'on');
          entry.runtimeData = 'zombie';
          woken.push(mine.scope.signal.aborted, entry.state);
          throw new Error('and now it fails');
        },
      },
      { strict: false },
    );
    const entry = await during(hub, hub.configEntries.add({ domain: 'lamp' }), 300_000);
    await hub.advance(200_000);
    expect([woken, hub.states.all(), entry.state]).toEqual([
      [true, 'setup_error'],
      [],
      'setup_error',
    ]);
    // Given up, fenced, and the failure of what was given up is not lost either.
    expect(hub.errors.map(({ source }) => source)).toEqual(['integration', 'fence', 'task']);
  });

  it('keeps neither the start of the hub nor other entries', async () => {
    const hub = home({ setupEntry: (_, { title }) => (title === 'stuck' ? never() : true) });
    void hub.configEntries.add({ domain: 'lamp', title: 'stuck' });
    const other = await hub.configEntries.add({ domain: 'lamp', title: 'fine' });
    expect(other.state).toBe('loaded');
    await hub.start();
    expect([hub.state, hub.clock!.frame]).toEqual(['running', 15_000]);
  });

  it('is over when the hub stops before the limit', async () => {
    const hub = home({ setupEntry: never }, { stageTimeoutsMs: { stop: 100, finalWrite: 100 } });
    await hub.start();
    const adding = hub.configEntries.add({ domain: 'lamp' });
    const { clock } = hub;
    await hub.stop();
    const entry = await adding;
    expect([entry.state, entry.reason]).toEqual(['not_loaded', 'The hub has stopped.']);
    expect(clock!.pendingTimers).toEqual([]);
  });

  it('can be tried again at once, in a fresh scope', async () => {
    const scopes: Scope[] = [];
    const hub = home({
      setupEntry: (mine) => (scopes.push(mine.scope) === 1 ? never() : undefined),
    });
    const entry = await during(hub, hub.configEntries.add({ domain: 'lamp' }), 300_000);
    expect(await hub.configEntries.reload(entry.entryId)).toBe(true);
    expect(scopes.map(({ closed }) => closed)).toEqual([true, false]);
  });
});

describe('the setup of an integration that hangs', () => {
  it('fails the entries that wait for it; it is not begun twice, and they can join it later', async () => {
    let begun = 0;
    const hub = home({
      setup: async () => {
        begun++;
        await sleep(450_000);
      },
    });
    const entry = await during(hub, hub.configEntries.add({ domain: 'lamp' }), 300_000);
    expect([entry.state, entry.reason]).toEqual([
      'setup_error',
      '`setup` of lamp took longer than 300 s.',
    ]);
    await hub.blockTillDone();
    expect(hub.clock!.frame).toBe(300_000);
    expect(await during(hub, hub.configEntries.reload(entry.entryId), 150_000)).toBe(true);
    expect([begun, hub.clock!.pendingTimers]).toEqual([1, []]);
  });
});

describe('what is left of an earlier life', () => {
  it('does not reach into this one through the entry', async () => {
    let life = 0;
    const refused: unknown[] = [];
    const hub = home(
      {
        setupEntry(mine, entry) {
          if (++life > 1) {
            entry.runtimeData = 'second';
            return;
          }
          mine.bus.listen('go', async () => {
            await sleep(30_000);
            refused.push(await entry.createTask(() => 'ran').catch((error: unknown) => error));
            const work = entry.createBackgroundTask(() => 'ran', { name: 'late' });
            refused.push(await work.catch((error: unknown) => error));
            entry.onUnload(() => refused.push('ended at once'));
            entry.runtimeData = 'first';
          });
        },
      },
      { strict: false, unloadTimeoutMs: 1000 },
    );
    const { entryId } = await hub.configEntries.add({ domain: 'lamp' });
    hub.bus.fire('go');
    expect(await during(hub, hub.configEntries.reload(entryId), 5000)).toBe(true);
    const entry = hub.configEntries.get(entryId);
    const { size } = entry.scope;
    await hub.advance('1m');
    expect(refused).toEqual([
      expect.any(ScopeClosedError),
      expect.any(ScopeClosedError),
      'ended at once',
    ]);
    expect([entry.runtimeData, entry.scope.size]).toEqual(['second', size]);
    await hub.configEntries.unload(entryId);
    expectNoLeaks(hub);
  });

  it('cannot bring the entry back: its own hub asks for nothing more', async () => {
    const hub = home(
      {
        setupEntry(mine, { entryId }) {
          // A reconnect that somebody forgot to end.
          setInterval(() => void mine.configEntries.reload(entryId), 1000);
        },
      },
      { strict: false },
    );
    const entry = await hub.configEntries.add({ domain: 'lamp' });
    await hub.configEntries.unload(entry.entryId);
    await hub.advance('10s');
    expect(entry.state).toBe('not_loaded');
    expect(hub.errors.map(({ source, name }) => [source, name])).toEqual([
      ['fence', 'configEntries.reload'],
    ]);
  });
});
