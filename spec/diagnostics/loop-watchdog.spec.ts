import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Diagnostic, Hub, workerModule } from 'rxhome';
import { createTestHub } from 'rxhome/testing';
import {
  beginStall,
  goal,
  hearLooks,
  lineOf,
  LONGEST_MS,
  now,
  sleep,
  STALL_MS,
  staller,
  until,
  watched,
  WAYS,
} from './stalls.js';

// In real time: a stall of the loop cannot be virtual.
jest.setTimeout(120_000);
const open = new Set<Hub>();
const begin: typeof watched = async (options) => {
  const begun = await watched(options);
  open.add(begun.hub);
  return begun;
};
afterEach(async () => {
  for (const hub of open) await hub.stop();
  open.clear();
});

let endHearing: () => void;
beforeAll(() => void (endHearing = hearLooks()));
afterAll(() => endHearing());

/**
 * A busy loop with a name of its own, and a line that can be found. It goes on until it was looked
 * at, up to `longestMs`.
 */
function burn(leastMs: number, longestMs = leastMs): void {
  let ms = 0;
  let end: number;
  beginStall(leastMs, longestMs);
  while ((ms += 10) <= goal.ms) for (end = now() + 10; now() < end;); // the line of burn
}

/** What is late has its turn, so that nothing else counts as a part of the next stall. */
async function freshTurn(): Promise<void> {
  await new Promise<void>((next) => setImmediate(next));
}

const PLACES = ['listener', 'async listener', 'subscriber', 'task', 'timer', 'nobody'] as const;
const CASES = WAYS.flatMap((way) =>
  PLACES.map((place) => ({ way, place, name: `${way}_${place.replace(' ', '_')}` })),
);

describe('the loop watchdog', () => {
  it('tells of each of thirty stalls, once, with owner, function and place', async () => {
    const { hub, found, of } = await begin();
    const stalls = new URL('stalls.ts', import.meta.url);
    for (const { way, place, name } of CASES) {
      const mine = hub.scoped(hub.scope.child(`owner of ${name}`));
      const stall = staller(name, way);
      if (place === 'listener') mine.bus.listen(name, stall);
      if (place === 'subscriber') mine.bus.on(name).subscribe(stall);
      if (place === 'async listener')
        mine.bus.listen(name, async () => {
          await sleep(5);
          await freshTurn();
          stall();
        });
      if (place === 'task')
        mine.createTask(async () => {
          await sleep(5);
          await freshTurn();
          stall();
        });
      if (place === 'timer') void mine.runJob(() => void setTimeout(stall, 1));
      if (place === 'nobody') setTimeout(stall, 1);
      hub.bus.fire(name);
      await until(() => of(name).length > 0);
      await sleep(50);
      await freshTurn();
    }
    expect(CASES).toHaveLength(30);
    for (const { way, place, name } of CASES) {
      expect([name, of(name).length]).toEqual([name, 1]);
      const [finding] = of(name);
      expect(finding).toMatchObject({
        kind: 'loop-stall',
        owner: place === 'nobody' ? null : `owner of ${name}`,
        where: `spec/diagnostics/stalls.ts:${lineOf(stalls, `// by ${way}`)}`,
      });
      expect(finding!.durationMs).toBeGreaterThanOrEqual(STALL_MS - 5);
      expect(finding!.stack).toContain(name);
      expect(finding!.message).toContain(`\`${name}\``);
    }
    const loop = hub.snapshot().loop!;
    expect(loop.stalls).toBe(found.length);
    expect(loop.longestMs).toBe(Math.max(...found.map(({ durationMs }) => durationMs!)));
  });

  it('says which listener or task it was, and writes a line in the log', async () => {
    const warn = jest.fn<(message: string, fields?: object) => void>();
    const logger = { debug() {}, info() {}, warn, error() {} };
    const { hub, of } = await begin({ logger });
    hub.createTask(() => burn(STALL_MS, LONGEST_MS), { name: 'night round' });
    await until(() => of('burn').length > 0);
    const where = `spec/diagnostics/loop-watchdog.spec.ts:${lineOf(new URL(import.meta.url), '// the line of')}`;
    expect(of('burn')).toEqual([
      expect.objectContaining({
        owner: 'hub',
        where,
        detail: { work: 'night round', thresholdMs: 100 },
      }),
    ]);
    expect(warn).toHaveBeenCalledWith(
      expect.stringMatching(/^The event loop stood still for \d+ ms: `burn` of hub was running \(/),
      expect.objectContaining({ kind: 'loop-stall', where }),
    );
  });

  it('names the listener when native code had ended before anybody could look', async () => {
    const { hub, found } = await begin();
    const text = JSON.stringify(Array.from({ length: 400_000 }, (_, i) => ({ i, a: `a${i}` })));
    hub.bus.listen('parse', function parsing() {
      JSON.parse(text);
    });
    hub.bus.listen('parse', function innocent(event) {
      expect(event.type).toBe('parse');
    });
    found.length = 0; // making the text has taken long as well
    await sleep(100);
    found.length = 0;
    hub.bus.listen('parse alone', function parsing() {
      JSON.parse(text);
    });
    function firing(type: string): void {
      hub.bus.fire(type); // it leads to the stall, but does not run meanwhile
    }
    for (const type of ['parse', 'parse alone', 'parse', 'parse alone']) {
      firing(type);
      await sleep(100);
    }
    expect(found.length).toBeGreaterThan(0);
    for (const { name } of found) expect(['parsing', 'unknown']).toContain(name);
  });

  it('keeps apart two stalls with one turn of the loop between them', async () => {
    const { of } = await begin();
    for (let i = 0; i < 3; i++) {
      burn(STALL_MS, LONGEST_MS);
      await sleep(0);
    }
    for (let i = 0; i < 3; i++) {
      burn(STALL_MS, LONGEST_MS);
      await freshTurn();
    }
    await until(() => of('burn').length >= 6);
    expect(of('burn')).toHaveLength(6);
  });

  it('does not take a loop with much to do for one that stands still', async () => {
    // So long that a busy machine does not let it stand still for as long as that.
    const { hub, found } = await begin({ watchdog: { thresholdMs: 2500 } });
    const begun = performance.now();
    while (performance.now() < begun + 400);
    while (performance.now() < begun + 5000) {
      burn(10);
      await freshTurn();
    }
    await sleep(200);
    expect(found).toEqual([]);
    expect(hub.snapshot().loop).toMatchObject({ stalls: 0, longestMs: 0 });
    expect(hub.snapshot().loop!.delayMs).toBeGreaterThan(0);
  });

  it('runs nobody’s promise in the midst of what it looks at', async () => {
    const { of } = await begin();
    let hasRun = false;
    void Promise.resolve().then(() => (hasRun = true));
    process.nextTick(() => (hasRun = true));
    burn(STALL_MS, LONGEST_MS);
    expect(hasRun).toBe(false);
    await until(() => of('burn').length > 0);
    expect(of('burn')).toHaveLength(1);
  });

  it('tells without a cause: what a subscriber does then was not caused by the stall', async () => {
    const { hub } = await begin();
    let parentId: string | null | undefined;
    hub.bus.listen('told', ({ context }) => void (parentId = context.parentId));
    hub.bus.listen('burn', () => burn(STALL_MS));
    hub.diagnostics$.subscribe(() => hub.bus.fire('told'));
    hub.bus.fire('burn');
    await until(() => parentId !== undefined);
    expect(parentId).toBeNull();
  });
});

describe('two hubs', () => {
  it('tell of their own stalls, and both of what is nobody’s', async () => {
    const [one, other] = [await begin(), await begin({ watchdog: { thresholdMs: 60_000 } })];
    const third = await begin();
    one.hub.createTask(staller('mine'));
    await until(() => one.of('mine').length > 0);
    staller('anybodys')();
    await until(() => third.of('anybodys').length > 0);
    expect([one.of('mine').length, third.of('mine').length]).toEqual([1, 0]);
    expect([one.of('anybodys').length, third.of('anybodys').length]).toEqual([1, 1]);
    expect(other.of('anybodys')).toEqual([]); // below its threshold
    await one.hub.stop();
    staller('later')();
    await until(() => third.of('later').length > 0);
    expect([one.of('later').length, third.of('later').length]).toEqual([0, 1]);
  });
});

describe('when it watches', () => {
  it('is from the start of the hub until it has stopped, the stopping included', async () => {
    const found: string[] = [];
    const logger = { debug() {}, info() {}, warn() {}, error() {} };
    const hub = new Hub({ logger });
    hub.diagnostics$.subscribe(({ name }) => found.push(name));
    expect(hub.snapshot().loop).toBeNull();
    staller('before', 'spin', { isWatched: false })();
    await sleep(50);
    await hub.start();
    hub.addShutdownJob(staller('stopping'));
    hub.scope.own(staller('closing'));
    await hub.stop();
    staller('after', 'spin', { isWatched: false })();
    await sleep(50);
    const ours = ['before', 'stopping', 'closing', 'after'];
    // A machine that has too much to do lets a loop stand still as well.
    expect(found.filter((name) => ours.includes(name))).toEqual(['stopping', 'closing']);
    expect(hub.snapshot().loop!.stalls).toBeGreaterThanOrEqual(2);
  });

  it('may be never, and is not in test hubs that do not ask for it', async () => {
    const { hub, found } = await begin({ watchdog: false });
    burn(STALL_MS);
    await sleep(50);
    expect([hub.snapshot().loop, found]).toEqual([null, []]);
    const testHub = createTestHub();
    await testHub.start();
    expect(testHub.snapshot().loop).toBeNull();
  });

  it('is in real time in a test hub whose time is virtual', async () => {
    const hub = createTestHub({ watchdog: { thresholdMs: 1000 } });
    const found: Diagnostic[] = [];
    hub.diagnostics$.subscribe((one) => found.push(one));
    const ticking = setInterval(() => undefined, 1000);
    await hub.start();
    clearInterval(ticking);
    expect(hub.clock!.frame).toBe(0); // a thread starts in real time: the virtual waits for it
    await hub.advance('1h');
    // The machine may have let it stand still for a second, but not for a minute.
    expect(found.filter(({ durationMs }) => durationMs! > 60_000)).toEqual([]);
    const [second] = process.hrtime();
    beginStall(3_000, 10_000);
    (function spinning() {
      while (process.hrtime()[0] < second + goal.ms / 1000);
    })();
    await hub.stop();
    expect(found.filter(({ name }) => name === 'spinning')).toHaveLength(1);
  });

  it('is in a thread too, but what runs there is not known', async () => {
    const { hub } = await begin();
    const module = workerModule<typeof import('../fixtures/hub-in-a-thread.worker.js')>(
      new URL('../fixtures/hub-in-a-thread.worker.ts', import.meta.url),
    );
    const found = await hub.addExecutorJob(module.findStall);
    const unknown = { kind: 'loop-stall', owner: null, name: 'unknown', where: null };
    for (const finding of found) {
      expect(finding).toMatchObject(unknown);
      expect(finding.message).toContain('only the loop of the main thread can be looked into');
    }
    expect(Math.max(...found.map(({ durationMs }) => durationMs!))).toBeGreaterThanOrEqual(295);
  });
});
