import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it } from '@jest/globals';
import { debounceTime, finalize, interval, map, switchMap } from 'rxjs';
import { BusEvent, Context, Hub, type HubErrorReport, sleep, workerModule } from 'rxhome';
import { createTestHub } from 'rxhome/testing';
import { until } from '../integrations/until.js';

// The five things that everything else stands on; docs/decisions/ says what came out.

const quiet = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

describe('proof 1: an Observable keeps its owner and its isolation through pipe', () => {
  it('ends inner intervals with the scope, and lets nothing go that was held back', async () => {
    const hub = createTestHub();
    const scope = hub.scope.child('automation');
    const mine = hub.scoped(scope);
    const seen: string[] = [];
    mine.bus
      .on('tick')
      .pipe(
        switchMap(() => interval(1000)),
        map((n) => `interval ${n}`),
        finalize(() => seen.push('ended')),
      )
      .subscribe((text) => seen.push(text));
    mine.bus
      .on('tick')
      .pipe(debounceTime(5000))
      .subscribe({ next: () => seen.push('debounced'), complete: () => seen.push('complete') });

    hub.bus.fire('tick');
    await hub.advance('2s');
    await scope.close();
    await hub.advance('1m');
    expect(seen).toEqual(['interval 0', 'interval 1', 'ended']);
    await hub.stop();
    expect(seen).toHaveLength(3);
  });

  it('reports what a subscriber or an operator throws, and goes on', () => {
    const hub = createTestHub();
    const seen: unknown[] = [];
    hub.bus.on('e').subscribe(() => {
      throw new Error('direct');
    });
    hub.bus
      .on('e')
      .pipe(map((event) => event.type))
      .subscribe(() => {
        throw new Error('piped');
      });
    hub.bus
      .on('e')
      .pipe(
        map(() => {
          throw new Error('operator');
        }),
      )
      .subscribe();
    hub.bus.listen('e', (event) => seen.push(event.type));
    hub.bus.fire('e');
    hub.bus.fire('e');
    const messages = hub.errors.map(({ error }) => (error as Error).message);
    // A pipeline ends with its own error; a subscriber stays.
    expect(messages).toEqual(['direct', 'piped', 'operator', 'direct', 'piped']);
    expect(seen).toEqual(['e', 'e']);
  });
});

describe('proof 2: nothing passes the fence from the first step of closing', () => {
  let hub: Hub;
  afterEach(() => hub.stop());

  it('stops a forgotten timer, a worker and an rxjs timer, and says so once', async () => {
    hub = new Hub({ logger: quiet });
    await hub.start();
    const errors: HubErrorReport[] = [];
    hub.errors$.subscribe((failure) => errors.push(failure));
    const scope = hub.scope.child('unloaded');
    const mine = hub.scoped(scope);

    const forgotten = setInterval(() => mine.states.set('sensor.forgotten', 'set'), 2);
    mine.bus
      .on('begin')
      .pipe(switchMap(() => interval(2)))
      .subscribe(() => mine.states.set('sensor.rxjs', 'set'));
    mine.bus.fire('begin');
    const worker = workerModule<typeof import('../fixtures/late-call.worker.js')>(
      new URL('../fixtures/late-call.worker.js', import.meta.url),
    );
    const gate = new Int32Array(new SharedArrayBuffer(4));
    let arrived: () => void = () => undefined;
    const isThere = new Promise<void>((resolve) => (arrived = resolve));
    // Owned by the root, so that its answer is heard; what it calls, it calls as `unloaded`.
    const job = mine.addExecutorJob(worker.callWhenTold, () => arrived(), gate);
    job.catch(() => undefined);
    await isThere;
    await sleep(10);
    expect(hub.states.is('sensor.rxjs', 'set')).toBe(true);

    const closing = scope.close();
    hub.states.remove('sensor.forgotten');
    hub.states.remove('sensor.rxjs');
    Atomics.store(gate, 0, 1);
    Atomics.notify(gate, 0);
    await closing;
    await sleep(20);
    clearInterval(forgotten);
    expect(hub.states.all()).toEqual([]);
    expect(errors.filter(({ source }) => source === 'fence')).toHaveLength(1);
    expect(errors[0]).toMatchObject({ owner: 'unloaded', name: 'states.set' });
  });
});

describe('proof 3: causes are carried over await by listeners, and never by streams', () => {
  it('knows the cause after an await, and none after a timer of a stream', async () => {
    const hub = new Hub({ logger: quiet });
    const causes: Record<string, string | null> = {};
    const note = ({ type, context }: BusEvent): void => void (causes[type] = context.parentId);
    hub.bus.listen('*', note);
    const fired: BusEvent[] = [];
    hub.bus.listen('press', async (event) => {
      fired.push(event);
      await sleep(1);
      hub.bus.fire('from_listener');
      setTimeout(() => hub.bus.fire('from_timeout'), 1);
    });
    hub.bus.on('press').subscribe(() => {
      hub.bus.fire('from_subscriber');
      setTimeout(() => hub.bus.fire('from_stream_timer'), 1);
    });
    hub.bus.fire('press');
    await until(
      'what was fired last',
      () => 'from_timeout' in causes && 'from_stream_timer' in causes,
    );
    const [{ context }] = fired as [BusEvent];
    expect(causes).toMatchObject({
      from_listener: context.id,
      from_timeout: context.id,
      from_subscriber: context.id,
      from_stream_timer: null,
    });
    await hub.stop();
  });
});

describe('proof 4: a context keeps nothing of its ancestors', () => {
  it('lets a chain of 100,000 causes be collected', () => {
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc') as () => void;
    let context = new Context();
    const first = new WeakRef(context);
    const firstId = context.id;
    let parentId: string | null = null;
    for (let i = 0; i < 100_000; i++) {
      const next = Context.causedBy(context);
      if (i === 0) ({ parentId } = next);
      context = next;
    }
    return new Promise<void>((resolve) => {
      setImmediate(() => {
        gc();
        expect(first.deref()).toBeUndefined();
        expect(parentId).toBe(firstId);
        expect(context.parentId).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
        resolve();
      });
    });
  });
});

describe('proof 5: the floors are checked, type imports included', () => {
  it('refuses a type import from a higher floor', () => {
    // In a copy: other specs look at the sources at the same time.
    const copy = mkdtempSync(join(tmpdir(), 'rxhome-floors-'));
    try {
      for (const part of ['src', 'package.json', 'tsconfig.json', '.dependency-cruiser.cjs'])
        cpSync(part, join(copy, part), { recursive: true });
      symlinkSync(resolve('node_modules'), join(copy, 'node_modules'));
      writeFileSync(
        join(copy, 'src/states/planted.ts'),
        "import type { Hub } from '../hub/hub.js';\nexport type Planted = Hub;\n",
      );
      const floors = spawnSync(
        resolve('node_modules/.bin/depcruise'),
        ['src', '--config', '.dependency-cruiser.cjs'],
        { cwd: copy },
      );
      expect(floors.status).not.toBe(0);
      const found = String(floors.stdout);
      expect(found).toMatch(/states-looks-down-only: src\/states\/planted\.ts → src\/hub\/hub\.ts/);
      expect(found).toMatch(/1 errors/);
    } finally {
      rmSync(copy, { recursive: true });
    }
  }, 120_000); // it reads all sources
});
