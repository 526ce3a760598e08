import { describe, expect, it } from '@jest/globals';
import { interval, map, take } from 'rxjs';
import { Context, type Hub, runUncaused, sleep, trackInterval } from 'rxhome';
import { activityRows, isUpdate, packRow, packUpdate, unpackRow } from 'rxhome/inspector';
import { createTestHub, expectNoLeaks } from 'rxhome/testing';
import { until } from '../integrations/until.js';
import { SeenRows } from './seen-rows.js';

const BATCH_MS = 60;

/** As a busy machine does: longer than a millisecond, in which rows tell the time. */
function holdUp(): void {
  const end = Date.now() + 3;
  while (Date.now() < end);
}

/** In the ticks of a timer `motion` leads five times to this. */
async function expectFive(hub: Hub, seen: SeenRows, chain: readonly string[]): Promise<void> {
  const five = Array(5).fill(chain).flat();
  const stop = trackInterval(hub, () => hub.bus.fire('motion'), 10);
  await until('five chains', () => seen.rows.length >= five.length, 10_000);
  stop();
  expect(seen.texts.slice(0, five.length)).toEqual(five);
}

describe('activityRows', () => {
  it('tells an event, who acted and the new state as one chain, each named by what led to it', async () => {
    await using hub = createTestHub();
    const seen = new SeenRows(hub);
    hub.bus.listen('motion', function lightOn() {
      hub.states.set('light.hall', 'on');
    });
    hub.bus.fire('motion', { room: 'hall' });
    await hub.advance(BATCH_MS);
    expect(seen.chain('light.hall: on')).toEqual(['motion room=hall', 'lightOn', 'light.hall: on']);
    const root = seen.row('motion room=hall');
    expect(seen.rows.map((row) => row.root)).toEqual([root.id, root.id, root.id]);
    expect(root).toMatchObject({ cause: 0, kind: 'event', status: 'point', owner: 'hub', dur: 0 });
    expect(seen.row('light.hall: on')).toMatchObject({
      kind: 'state',
      entity: 'light.hall',
      short: 'on',
      number: null,
    });
  });

  it('keeps the order of time inside a millisecond', async () => {
    await using hub = createTestHub();
    const seen = new SeenRows(hub);
    hub.bus.listen('a', function acts() {
      hub.bus.fire('b');
      hub.bus.fire('c');
    });
    hub.bus.fire('a');
    await hub.advance(BATCH_MS);
    expect(seen.texts).toEqual(['a', 'acts', 'b', 'c']);
    const times = seen.rows.map(({ at }) => at);
    expect(new Set(times).size).toBe(4);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times[3]! - times[0]!).toBeLessThan(1);
  });

  it('tells a listener between what it heard and what it led to, however busy the machine', async () => {
    await using hub = createTestHub({ time: 'real' });
    const seen = new SeenRows(hub);
    hub.bus.listen('motion', function acts() {
      holdUp();
      hub.createTask(() => undefined, { name: 'leads on' });
    });
    await expectFive(hub, seen, ['motion', 'acts', 'leads on']);
  });

  it('tells listeners in the order in which they were called, however long each one took', async () => {
    await using hub = createTestHub({ time: 'real' });
    const seen = new SeenRows(hub);
    hub.bus.listen('motion', function quick() {
      hub.createTask(() => undefined, { name: 'one' });
    });
    hub.bus.listen('motion', function slow() {
      holdUp();
      hub.createTask(() => undefined, { name: 'two' });
    });
    await expectFive(hub, seen, ['motion', 'quick', 'one', 'slow', 'two']);
  });

  it('tells a listener before what is shown only later that it led to it', async () => {
    await using hub = createTestHub();
    const seen = new SeenRows(hub);
    hub.states.set('sensor.a', 1);
    hub.bus.listen('motion', function acts() {
      hub.bus.fire('found', {}, { context: new Context() });
    });
    hub.bus.listen('motion', function writesTheSame() {
      hub.states.set('sensor.a', 1);
    });
    hub.bus.listen('state_reported', function again() {
      hub.bus.fire('seen_again');
    });
    await hub.advance(BATCH_MS);
    hub.bus.fire('motion');
    await hub.advance(BATCH_MS);
    expect(seen.chain('found')).toEqual(['motion', 'acts', 'found']);
    expect(seen.texts).toEqual([
      'sensor.a: 1',
      'motion',
      'acts',
      'found',
      'writesTheSame',
      expect.stringContaining('state_reported'),
      'again',
      'seen_again',
    ]);
  });

  it('makes no row of a listener that did nothing, also of an async one', async () => {
    await using hub = createTestHub();
    const seen = new SeenRows(hub);
    hub.bus.listen('motion', () => undefined);
    hub.bus.listen('motion', async () => undefined);
    hub.bus.fire('motion');
    await hub.advance(BATCH_MS);
    expect(seen.texts).toEqual(['motion']);
  });

  it('shows a listener that lasts, as one thing with its task, until it ends', async () => {
    await using hub = createTestHub();
    const seen = new SeenRows(hub);
    hub.bus.listen('motion', async function waits() {
      await new Promise((resolve) => setTimeout(resolve, 500));
    });
    hub.bus.fire('motion');
    await hub.advance(BATCH_MS);
    const row = seen.row('waits');
    expect({ ...row }).toMatchObject({ kind: 'listener', status: 'running', dur: 0 });
    await hub.advance(500);
    expect(seen.updated).toEqual([row.id]);
    expect(row).toMatchObject({ status: 'done', dur: 500 });
    expect(seen.rows.length).toBe(2);
  });

  it('shows a listener as soon as something of it turns out, however late', async () => {
    await using hub = createTestHub();
    const seen = new SeenRows(hub);
    hub.bus.listen('door', async function later() {
      setTimeout(() => hub.bus.fire('closed'), 3_000);
    });
    hub.bus.fire('door');
    await hub.advance(BATCH_MS);
    expect(seen.texts).toEqual(['door']);
    await hub.advance(3_000);
    expect(seen.chain('closed')).toEqual(['door', 'later', 'closed']);
    expect(seen.row('closed').root).toBe(seen.row('door').id);
    expect(seen.row('later')).toMatchObject({ status: 'done' });
  });

  it('shows a listener that failed, with the error behind it', async () => {
    await using hub = createTestHub();
    const seen = new SeenRows(hub);
    hub.bus.listen('motion', function broken() {
      throw new TypeError('<b>no</b> lamp');
    });
    hub.bus.listen('motion', async function brokenLater() {
      await sleep(10);
      throw new Error('late');
    });
    hub.bus.fire('motion');
    await hub.advance(100);
    expect(seen.chain('hub: broken: <b>no</b> lamp')).toEqual([
      'motion',
      'broken',
      'hub: broken: <b>no</b> lamp',
    ]);
    expect(seen.row('broken')).toMatchObject({ status: 'failed' });
    const error = seen.row('hub: broken: <b>no</b> lamp');
    expect(error).toMatchObject({ kind: 'error', name: 'TypeError', short: '!' });
    expect(error.id).toBeLessThan(0);
    expect(error.root).toBe(seen.row('motion').id);
    expect(seen.chain('hub: brokenLater: late').slice(0, 2)).toEqual(['motion', 'brokenLater']);
  });

  it('tells a service call as one row: its task, its event and its limit of time are one thing', async () => {
    await using hub = createTestHub();
    const seen = new SeenRows(hub);
    hub.services.register('light', 'turn_on', async () => {
      await sleep(1_000);
      hub.states.set('light.hall', 'on');
    });
    hub.bus.listen('motion', function lightOn() {
      void hub.services.call('light', 'turn_on', { entity_id: 'light.hall' }, { timeoutMs: 5_000 });
    });
    hub.bus.fire('motion');
    await hub.advance(BATCH_MS);
    const call = seen.row('light.turn_on light.hall');
    expect({ ...call }).toMatchObject({
      kind: 'service',
      status: 'running',
      name: 'light.turn_on',
      entity: 'light.hall',
    });
    await hub.advance(1_000);
    expect(call).toMatchObject({ status: 'done', dur: 1_000 });
    expect(seen.chain('light.hall: on')).toEqual([
      'motion',
      'lightOn',
      'light.turn_on light.hall',
      'light.hall: on',
    ]);
    expect(seen.rows.filter(({ kind }) => kind === 'service').length).toBe(1);
  });

  it('tells of a call whose time was over as it ended for the caller', async () => {
    await using hub = createTestHub();
    const seen = new SeenRows(hub);
    hub.services.register('light', 'blink', ({ signal }) => sleep(1_000, { signal }));
    const call = hub.services.call('light', 'blink', {}, { timeoutMs: 100 });
    const ended = expect(call).rejects.toMatchObject({ code: 'TIMEOUT' });
    await hub.advance(200);
    await ended;
    expect(seen.row('light.blink')).toMatchObject({ status: 'failed', dur: 100 });
  });

  it('keeps apart a service that calls one of its own name', async () => {
    await using hub = createTestHub();
    const seen = new SeenRows(hub);
    hub.services.register('light', 'turn_on', async ({ data }) => {
      const { entity_id: id } = data;
      if (id === 'light.all') await hub.services.call('light', 'turn_on', { entity_id: 'light.a' });
      else hub.states.set(String(id), 'on');
    });
    await hub.services.call('light', 'turn_on', { entity_id: 'light.all' });
    await hub.advance(BATCH_MS);
    expect(seen.chain('light.a: on')).toEqual([
      'light.turn_on light.all',
      'light.turn_on light.a',
      'light.a: on',
    ]);
  });

  it('shows a call that was refused', async () => {
    await using hub = createTestHub();
    const seen = new SeenRows(hub);
    await expect(hub.services.call('light', 'nope')).rejects.toThrow('no service');
    await hub.advance(BATCH_MS);
    expect(seen.row('light.nope')).toMatchObject({ kind: 'service', status: 'failed' });
  });

  it('finds the cause by the context where the activity is unknown: one passed by hand, a stream', async () => {
    await using hub = createTestHub();
    const seen = new SeenRows(hub);
    let context: Context | undefined;
    hub.bus.listen('first', (event) => {
      context = event.context;
      const child = new Context({ parentId: event.context.id });
      setTimeout(() => runUncaused(() => hub.bus.fire('by_hand', {}, { context: child })));
      setTimeout(() => runUncaused(() => hub.bus.fire('same', {}, { context: event.context })), 5);
    });
    hub.bus.fire('first');
    await hub.advance(BATCH_MS);
    const first = seen.row('first');
    expect(seen.row('by_hand')).toMatchObject({ cause: first.id, root: first.id });
    expect(seen.row('same')).toMatchObject({ cause: first.id, root: first.id });
    runUncaused(() => hub.bus.fire('again', {}, { context: context! }));
    await hub.advance(BATCH_MS);
    expect(seen.row('again')).toMatchObject({ cause: first.id, root: first.id });
  });

  it('leaves a thing without a cause alone', async () => {
    await using hub = createTestHub();
    const seen = new SeenRows(hub);
    interval(10)
      .pipe(
        take(1),
        map(() => hub.bus.fire('tick')),
      )
      .subscribe();
    await hub.advance(100);
    const row = seen.row('tick');
    expect(row).toMatchObject({ cause: 0, root: row.id });
  });

  it('is silent about housekeeping and writes that changed nothing, unless they led to something', async () => {
    await using hub = createTestHub();
    const seen = new SeenRows(hub);
    hub.states.set('sensor.a', 1);
    hub.states.set('sensor.a', 1);
    await hub.advance(BATCH_MS);
    expect(seen.texts).toEqual(['sensor.a: 1']);
    hub.bus.listen('state_reported', function again() {
      hub.bus.fire('seen_again');
    });
    hub.states.set('sensor.a', 1);
    await hub.advance(BATCH_MS);
    expect(seen.chain('seen_again')).toEqual([
      expect.stringContaining('state_reported'),
      'again',
      'seen_again',
    ]);
  });

  it('tells automations, those that a condition stopped, and humans', async () => {
    await using hub = createTestHub();
    const seen = new SeenRows(hub);
    const fire = hub.bus.fire.bind(hub.bus) as (
      type: string,
      data: object,
      options?: object,
    ) => void;
    fire('automation_triggered', { name: 'Welcome', source: 'state of person.you' });
    fire('automation_blocked', { name: 'Night', source: 'motion', condition: 'sun is up' });
    fire('hello', { event_type: 'created' }, { context: new Context({ userId: 'you' }) });
    await hub.advance(BATCH_MS);
    expect(seen.rows.map(({ kind, name, short, human }) => [kind, name, short, human])).toEqual([
      ['automation', 'Welcome', '', false],
      ['blocked', 'Night', '', false],
      ['event', 'hello', '+', true],
    ]);
  });

  it('shows no timer that only paces somebody, but one in a chain, and its end', async () => {
    await using hub = createTestHub();
    const seen = new SeenRows(hub);
    const paces = hub.createBackgroundTask(async () => sleep(200, { name: 'paces' }), {
      name: 'looks',
    });
    hub.bus.listen('motion', async () => sleep(200, { name: 'waits' }));
    hub.bus.fire('motion');
    await hub.advance(300);
    await paces;
    const timers = seen.rows.filter(({ kind }) => kind === 'timer');
    expect(timers.map(({ name }) => name)).toEqual(['waits']);
    const [timer] = timers;
    expect(timer!.due! - timer!.at).toBeGreaterThan(199);
    expect(timer).toMatchObject({ status: 'done', dur: 200, text: 'waits, 200 ms' });
  });

  it('begins a chain with what a tick finds, and tells nothing of ticks that find nothing', async () => {
    await using hub = createTestHub();
    const seen = new SeenRows(hub);
    let n = 0;
    trackInterval(
      hub,
      async function measure() {
        await hub.createTask(async () => sleep(5), { name: 'reads' });
        if (++n === 3) hub.states.set('sensor.a', n);
      },
      3_000,
    );
    trackInterval(
      hub,
      function inline() {
        if (n === 4) hub.bus.fire('found');
      },
      3_000,
    );
    hub.bus.listen('state_changed', function reacts() {
      hub.bus.fire('reaction');
    });
    await hub.advance(20_000);
    expect(seen.chain('reaction')).toEqual(['sensor.a: 3', 'reacts', 'reaction']);
    expect(seen.row('found').cause).toBe(0);
    expect(seen.texts).toEqual(['sensor.a: 3', 'reacts', 'reaction', 'found']);
    expect(seen.updated).toEqual([]);
  });

  it('shows a tick that fails, and the work of one that takes long, while it runs', async () => {
    await using hub = createTestHub();
    const seen = new SeenRows(hub);
    trackInterval(
      hub,
      async function fails() {
        await sleep(5);
        throw new Error('no sensor');
      },
      1_000,
    );
    await hub.advance(1_100);
    expect(seen.chain('hub: fails: no sensor').slice(-2)).toEqual([
      'fails',
      'hub: fails: no sensor',
    ]);
    trackInterval(
      hub,
      async function slow() {
        await new Promise((resolve) => setTimeout(resolve, 2_000));
      },
      60_000,
    );
    await hub.advance(60_000);
    expect(seen.texts).not.toContain('slow');
    await hub.advance(400);
    expect({ ...seen.row('slow') }).toMatchObject({ kind: 'task', status: 'running' });
    await hub.advance(2_000);
    expect(seen.row('slow')).toMatchObject({ status: 'done', dur: 2_000 });
  });

  it('begins a chain with what a task of the background finds, and with what it asks for', async () => {
    await using hub = createTestHub();
    const seen = new SeenRows(hub);
    hub.services.register('light', 'on', () => hub.states.set('light.a', 'on'));
    const task = hub.createBackgroundTask(
      async () => {
        await sleep(10);
        hub.bus.fire('found');
        await hub.services.call('light', 'on');
      },
      { name: 'looks' },
    );
    await hub.advance(200);
    await task;
    expect(seen.chain('found')).toEqual(['found']);
    expect(seen.chain('light.a: on')).toEqual(['light.on', 'light.a: on']);
    expect(seen.row('light.on').root).toBe(seen.row('light.on').id);
  });

  it('keeps the cause of what a task of the background does that was started for something', async () => {
    await using hub = createTestHub();
    const seen = new SeenRows(hub);
    hub.bus.listen('motion', function acts() {
      hub.createBackgroundTask(
        async () => {
          await sleep(10);
          hub.bus.fire('later');
        },
        { name: 'looks' },
      );
    });
    hub.bus.fire('motion');
    await hub.advance(200);
    expect(seen.chain('later')).toEqual(['motion', 'acts', 'looks', 'later']);
  });

  it('tells a task that was started for one of the same name and owner as one', async () => {
    await using hub = createTestHub();
    const seen = new SeenRows(hub);
    const task = hub.createTask(
      async () => {
        const inner = hub.createTask(() => sleep(100), { name: 'hash' });
        await inner;
        hub.bus.fire('done');
        await sleep(100);
      },
      { name: 'hash' },
    );
    await hub.advance(300);
    await task;
    expect(seen.row('hash')).toMatchObject({ status: 'done', dur: 200 });
    expect(seen.chain('done')).toEqual(['hash', 'done']);
  });

  it('looks away from a flood at once, counts it, and comes back', async () => {
    await using hub = createTestHub();
    const seen = new SeenRows(hub);
    const task = hub.createBackgroundTask(
      () => new Promise((resolve) => setTimeout(resolve, 500)),
      {
        name: 'ends unseen',
      },
    );
    await hub.advance(BATCH_MS);
    for (let i = 0; i < 20_000; i++) hub.bus.fire('burst');
    await hub.advance(900);
    const shown = seen.rows.filter(({ name }) => name === 'burst').length;
    expect(shown).toBeGreaterThan(3_500);
    expect(shown).toBeLessThan(4_200);
    expect(seen.gaps).toEqual([]);
    await hub.advance(200);
    expect(seen.gaps).toEqual([
      {
        from: expect.any(Number),
        to: expect.any(Number),
        events: 20_000 - shown,
        because: 'flood',
      },
    ]);
    const [gap] = seen.gaps;
    expect(gap!.to - gap!.from).toBe(1_000);
    await task;
    expect(seen.row('ends unseen').status).toBe('done');
    hub.bus.fire('afterwards');
    await hub.advance(BATCH_MS);
    expect(seen.texts).toContain('afterwards');
  });

  it('waits longer each time while a flood goes on, up to five seconds', async () => {
    await using hub = createTestHub();
    const seen = new SeenRows(hub);
    for (let ms = 0; ms < 40_000; ms += 100) {
      for (let i = 0; i < 4_200; i++) hub.bus.fire('burst');
      await hub.advance(100);
    }
    const pauses = seen.gaps.map(({ from, to }) => Math.round((to - from) / 1_000));
    expect(pauses.slice(0, 5)).toEqual([1, 2, 4, 5, 5]);
  });

  it('is no flood when there is much, but not at once', async () => {
    await using hub = createTestHub();
    const seen = new SeenRows(hub);
    for (let i = 0; i < 60; i++) {
      for (let n = 0; n < 300; n++) hub.bus.fire('often');
      await hub.advance(100);
    }
    expect(seen.gaps).toEqual([]);
    expect(seen.rows.length).toBe(18_000);
  });

  it('makes the rows once for all who look, nothing while nobody does, and a last batch at the end', async () => {
    const hub = createTestHub();
    const [a, b] = [new SeenRows(hub), new SeenRows(hub)];
    hub.bus.fire('one');
    await hub.advance(BATCH_MS);
    expect(a.rows[0]).toBe(b.rows[0]);
    a.subscription.unsubscribe();
    b.subscription.unsubscribe();
    hub.bus.fire('unseen');
    const c = new SeenRows(hub);
    hub.bus.fire('last');
    await hub.stop();
    expect(c.texts.slice(0, 1)).toEqual(['last']);
    expect(c.texts).toContain('hub stopped');
    expect(c.isComplete).toBe(true);
    await hub[Symbol.asyncDispose]();
  });

  it('isolates who subscribes: what one throws is logged, and is no row again', async () => {
    await using hub = createTestHub({ strict: false });
    let calls = 0;
    activityRows(hub).subscribe(() => {
      calls++;
      throw new Error('a bad subscriber');
    });
    const seen = new SeenRows(hub);
    hub.bus.fire('one');
    await hub.advance(BATCH_MS);
    hub.bus.fire('two');
    await hub.advance('10s');
    expect(seen.texts).toEqual(['one', 'two']);
    expect(calls).toBe(2);
    expect(hub.errors).toEqual([]);
    expect(hub.log.filter(({ level }) => level === 'error')).toHaveLength(2);
  });

  it('is over with the owner of the hub, and leaves nothing', async () => {
    await using hub = createTestHub();
    const scope = hub.scope.child('owner');
    const seen = new SeenRows(hub.scoped(scope));
    hub.bus.fire('one');
    await hub.advance(BATCH_MS);
    hub.bus.fire('held back');
    await scope.close();
    hub.bus.fire('two');
    await hub.advance('1s');
    expect(seen.texts).toEqual(['one']);
    expect(seen.isComplete).toBe(false);
    expectNoLeaks(hub);
  });

  it('survives data that throws when it is looked at, and texts without end', async () => {
    await using hub = createTestHub();
    const seen = new SeenRows(hub);
    const evil = new Proxy(
      {},
      {
        get: () => {
          throw new Error('no');
        },
        ownKeys: () => {
          throw new Error('no');
        },
      },
    );
    (hub as Hub).bus.fire('evil', evil);
    (hub as Hub).bus.fire('long', { name: 'x'.repeat(1_000_000) });
    (hub as Hub).bus.fire('odd', { name: 'a\u001b[31m\u202eb\nc' });
    await hub.advance(BATCH_MS);
    expect(seen.texts[0]).toBe('evil');
    expect(seen.texts[1]!.length).toBeLessThanOrEqual(120);
    expect(seen.texts[2]).toBe('odd a�[31m�b�c');
    expect(hub.errors).toEqual([]);
  });

  it('takes a time that cannot be for now', async () => {
    await using hub = createTestHub();
    const seen = new SeenRows(hub);
    (hub as Hub).bus.fire('past', {}, { timeFired: 1 });
    (hub as Hub).bus.fire('future', {}, { timeFired: Date.now() + 1e9 });
    (hub as Hub).bus.fire('now');
    await hub.advance(BATCH_MS);
    for (const { at } of seen.rows) expect(Math.abs(at - Date.now())).toBeLessThan(1_000);
    expect(seen.texts).toEqual(['past', 'future', 'now']);
  });
});

describe('packRow', () => {
  it('gives a row and its update back as they were', async () => {
    await using hub = createTestHub();
    const seen = new SeenRows(hub);
    hub.states.set('sensor.a', 21.5, { unit_of_measurement: '°C' });
    const task = hub.createTask(() => sleep(100), { name: 'lasts' });
    await hub.advance(BATCH_MS);
    for (const row of seen.rows)
      expect(unpackRow(JSON.parse(JSON.stringify(packRow(row))))).toEqual(row);
    await hub.advance(100);
    await task;
    const row = seen.row('lasts');
    expect(packUpdate(row)).toEqual(['u', row.id, 2, 100, null]);
    expect([isUpdate(packUpdate(row)), isUpdate(packRow(row))]).toEqual([true, false]);
  });
});
