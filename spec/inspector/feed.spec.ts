import { describe, expect, it } from '@jest/globals';
import { Hub, sleep, workerModule } from 'rxhome';
import { addInspectorButton, PROTOCOL, startInspector } from 'rxhome/inspector';
import { expectNoLeaks } from 'rxhome/testing';
import { freePort } from '../free-port.js';
import { atLastPort } from '../cli/rxhome.js';
import { pause } from '../integrations/until.js';
import { ShownHub, until } from './shown-hub.js';

describe('the feed of the inspector', () => {
  it('says who speaks, then what is there, then what happens', async () => {
    await using shown = await ShownHub.start({ label: 'Simulated home' });
    shown.hub.states.set('sensor.a', 21.5, { unit_of_measurement: '°C', friendly_name: 'Hall' });
    const feed = await shown.feed();
    const [hello] = feed.of('hello');
    expect(hello).toMatchObject({
      protocol: PROTOCOL,
      label: 'Simulated home',
      pid: process.pid,
      resumed: false,
    });
    expect(feed.messages[0]!.event).toBe('hello');
    await feed.until(() => feed.of('slow').length > 0 && feed.of('stat').length > 1);
    expect(feed.of('entities')[0]).toEqual([['sensor.a', '21.5', 'Hall', '°C']]);
    expect(feed.of('slow')[0]).toMatchObject({
      stage: 'running',
      tasks: [],
      more: { held: 0, tasks: 0 },
    });
    shown.hub.states.set('sensor.a', 22);
    shown.hub.states.remove('sensor.a');
    const row = await feed.row('sensor.a: removed');
    expect(row).toMatchObject({ kind: 'state', entity: 'sensor.a' });
    expect(feed.of('entities').flat()).toContainEqual(['sensor.a', null, 'sensor.a', null]);
  });

  it('keeps what happened before anybody looked', async () => {
    await using shown = await ShownHub.start();
    shown.hub.bus.fire('before');
    await pause(100);
    const feed = await shown.feed();
    await feed.row('before');
    const later = await shown.feed('?kept=0');
    shown.hub.bus.fire('after');
    await later.row('after');
    expect(later.texts).not.toContain('before');
  });

  it('goes on exactly behind the last message, by header or query', async () => {
    await using shown = await ShownHub.start();
    const first = await shown.feed();
    shown.hub.bus.fire('one');
    await first.row('one');
    const { lastId } = first;
    first.end();
    shown.hub.bus.fire('two');
    await pause(100);
    shown.hub.bus.fire('three');
    const byHeader = await shown.feed('', { 'last-event-id': lastId });
    const byQuery = await shown.feed(`?since=${lastId}`);
    for (const feed of [byHeader, byQuery]) {
      expect(feed.of('hello')[0]!.resumed).toBe(true);
      await feed.row('three');
      expect(feed.texts).toEqual(['two', 'three']);
    }
  });

  it.each(['nonsense', 'other-session:1', ':', '%00:9', '0'.repeat(5_000)])(
    'begins anew behind an id that is not of this session: %s',
    async (id) => {
      await using shown = await ShownHub.start();
      shown.hub.bus.fire('one');
      await pause(100);
      const feed = await shown.feed(id.length > 1_000 ? '' : `?since=${id}`, {
        ...(id.length > 1_000 && { 'last-event-id': id }),
      });
      expect(feed.of('hello')[0]!.resumed).toBe(false);
      await feed.row('one');
    },
  );

  it('begins anew behind a number of this session that was never sent', async () => {
    await using shown = await ShownHub.start();
    const feed = await shown.feed();
    shown.hub.bus.fire('one');
    await feed.row('one');
    const [session] = feed.lastId.split(':');
    const other = await shown.feed(`?since=${session}:999`);
    expect(other.of('hello')[0]!.resumed).toBe(false);
    await other.row('one');
  });

  it('tells a human of a page that opens, and of one that has been gone for three seconds', async () => {
    await using shown = await ShownHub.start();
    const told: unknown[] = [];
    shown.hub.bus.listen(
      'inspector_opened',
      ({ data, context }) => void told.push(['+', data, context.userId]),
    );
    shown.hub.bus.listen('inspector_closed', ({ data }) => void told.push(['-', data]));
    const watcher = await shown.feed(); // no page
    const a = await shown.feed('?page=a');
    const again = await shown.feed('?page=a');
    const b = await shown.feed('?page=b');
    await until(() => told.length === 2);
    a.end();
    again.end();
    await pause(200);
    const back = await shown.feed('?page=a'); // loaded again
    b.end();
    // The one that was loaded again would have been gone before that.
    await until(() => told.length > 2);
    expect(told).toEqual([
      ['+', { page: 'a', pages: 1 }, 'you'],
      ['+', { page: 'b', pages: 2 }, 'you'],
      ['-', { page: 'b', pages: 1 }],
    ]);
    const row = await watcher.row('you closed a page');
    expect(row).toMatchObject({ human: true, cause: 0, owner: 'inspector' });
    back.end();
  });

  it('shows buttons as they come and go; a press is an event of a human, with its effects', async () => {
    await using shown = await ShownHub.start();
    const feed = await shown.feed();
    const scope = shown.hub.scope.child('house');
    const house = shown.hub.scoped(scope);
    addInspectorButton(house, { id: 'lamp', label: 'Lamp', key: 'l', hint: 'On.' }, () =>
      house.states.set('light.page', 'on'),
    );
    const remove = addInspectorButton(house, { id: 'bad', label: 'Break' }, () => {
      throw new Error('broken');
    });
    await feed.until(() => feed.of('buttons').at(-1)?.length === 2);
    expect(feed.of('buttons').at(-1)![0]).toEqual({
      id: 'lamp',
      label: 'Lamp',
      hint: 'On.',
      key: 'l',
    });

    const pressed = await shown.post('/api/press', { id: 'lamp' });
    expect(pressed.json).toEqual({
      context: { id: expect.any(String), parent_id: null, user_id: 'you' },
    });
    const state = await feed.row('light.page: on');
    const press = await feed.row('you pressed “Lamp”');
    expect(press).toMatchObject({ human: true, cause: 0 });
    expect(state.root).toBe(press.id);

    await shown.post('/api/press', { id: 'bad' });
    await feed.row('house: button Break: broken');
    remove();
    expect((await shown.post('/api/press', { id: 'bad' })).code).toBe('NO_BUTTON');
    await scope.close();
    await feed.until(() => feed.of('buttons').at(-1)?.length === 0);
    expect((await shown.post('/api/press', { id: 'lamp' })).status).toBe(404);
  });

  it.each([
    [{ id: 'No Id', label: 'x' }],
    [{ id: 'a', label: '' }],
    [{ id: 'a', label: 'x', key: 'ab' }],
    [{ id: 'a', label: 'x', hint: 'h'.repeat(300) }],
  ])('refuses a button that no page can show: %j', async (button) => {
    await using shown = await ShownHub.start();
    expect(() => addInspectorButton(shown.hub, button, () => undefined)).toThrow(/Expected/);
  });

  it('lets at most 32 read, and tells the next one so', async () => {
    await using shown = await ShownHub.start();
    const feeds = [];
    for (let i = 0; i < 32; i++) feeds.push(await shown.feed());
    expect(await shown.ask('/api/feed')).toMatchObject({ status: 503, code: 'TOO_MANY_READERS' });
    feeds[0]!.end();
    await pause(50);
    await shown.feed();
  });

  it('passes on text of users as data', async () => {
    await using shown = await ShownHub.start();
    const feed = await shown.feed();
    const evil = '<img src=x onerror=alert(1)>\n\ndata: x';
    shown.hub.bus.fire('evil', { name: evil });
    shown.hub.states.set('sensor.a', 1, { friendly_name: evil });
    const row = await feed.row('evil <img src=x onerror=alert(1)>�data: x');
    expect((await shown.ask(`/api/rows/${row.id}`)).json.data.name).toBe(evil);
    await feed.until(() => feed.of('entities').flat().length > 0);
    expect(feed.of('entities').flat()[0]![2]).toBe('<img src=x onerror=alert(1)>�data: x');
  });

  it('does not wait for a page that does not read: it is told of the gap, the others lose nothing', async () => {
    await using shown = await ShownHub.start();
    const slow = await shown.feed();
    const other = await shown.feed();
    slow.pause();
    let fired = 0;
    // Too few at once for a flood, and more than sockets hold.
    while (fired < 60_000) {
      for (let i = 0; i < 1_500; i++)
        shown.hub.bus.fire('much', { name: `${fired++} ${'x'.repeat(100)}` });
      await pause(110);
    }
    shown.hub.bus.fire('the_last');
    await other.row('the_last');
    expect(other.of('gap')).toEqual([]);
    expect(other.rows.size).toBeGreaterThanOrEqual(60_001);
    slow.resume();
    await slow.until(() => slow.of('gap').length > 0);
    expect(slow.of('gap')[0]).toMatchObject({ because: 'slow-page', events: null });
    expect(slow.rows.size).toBeLessThan(60_000);
    shown.hub.bus.fire('afterwards');
    await slow.row('afterwards');
    const states = slow.of('entities').length;
    expect(states).toBeGreaterThan(1); // what it has missed of the states was sent again
  }, 30_000);

  it('hands on a flood as a gap', async () => {
    await using shown = await ShownHub.start();
    const feed = await shown.feed();
    for (let i = 0; i < 50_000; i++) shown.hub.bus.fire('burst');
    await feed.until(() => feed.of('gap').length > 0);
    const [gap] = feed.of('gap');
    expect(gap!.because).toBe('flood');
    const seen = feed.texts.filter((text) => text === 'burst').length;
    expect(gap!.events).toBe(50_000 - seen);
    await feed.until(() => (feed.of('stat').at(-1)?.events ?? 0) >= 50_000);
    const later = await shown.feed();
    await later.until(() => later.of('gap').length > 0);
  });

  it('says bye when the hub stops, and ends', async () => {
    const shown = await ShownHub.start();
    const feed = await shown.feed('?page=a');
    shown.hub.createTask(() => sleep(50), { name: 'lasts' });
    await shown.hub.stop();
    await feed.until(() => feed.isEnded);
    expect(feed.messages.at(-1)!.event).toBe('bye');
    await expect(shown.ask('/api/hello')).rejects.toThrow(/ECONNREFUSED/);
    expect(shown.errors).toEqual([]);
    expectNoLeaks(shown.hub);
  });

  it('is not held up by a page that does not read, when it stops', async () => {
    const shown = await ShownHub.start();
    const feed = await shown.feed();
    feed.pause();
    for (let i = 0; i < 20; i++) {
      for (let n = 0; n < 1_000; n++) shown.hub.bus.fire('much', { name: 'x'.repeat(100) });
      await pause(60);
    }
    await shown.hub.stop(); // while he still holds his connection, and does not read
    const { diagnostics } = shown.hub.snapshot();
    expect(diagnostics.filter(({ kind }) => kind === 'late')).toEqual([]);
    feed.end();
  });

  it('names the worker of a job as soon as one has taken it', async () => {
    await using shown = await ShownHub.start();
    const feed = await shown.feed();
    const url = new URL('../fixtures/fragile.worker.mjs', import.meta.url);
    const { work } = workerModule<typeof import('../fixtures/fragile.worker.mjs')>(url);
    const job = shown.hub.addExecutorJob(work.with({ graceMs: 0 }), 1, 'wait');
    const row = await feed.row('work');
    await feed.until(() => row.worker === 1);
    expect(row).toMatchObject({ kind: 'job', status: 'running' });
    job.cancel();
    await expect(job).rejects.toThrow();
    await feed.until(() => row.status === 'cancelled');
  });

  it('measures the loop, and looks at the hub only while somebody reads', async () => {
    await using shown = await ShownHub.start();
    let snapshots = 0;
    const { snapshot } = shown.hub;
    shown.hub.snapshot = () => {
      snapshots++;
      return snapshot.call(shown.hub);
    };
    await pause(400);
    expect(snapshots).toBe(0);
    const feed = await shown.feed();
    await feed.until(() => feed.of('stat').length > 1);
    const until = process.hrtime.bigint() + 150_000_000n;
    while (process.hrtime.bigint() < until);
    await feed.until(() => feed.of('stat').some(({ delay }) => delay > 80));
    feed.end();
    await shown.ask('/api/held'); // the end has come before this
    const before = snapshots;
    await pause(1_300);
    expect(snapshots).toBe(before);
  });

  it('counts calls and leaks of listeners', async () => {
    await using shown = await ShownHub.start();
    shown.hub.bus.listen('often', function hears() {
      return undefined;
    });
    const feed = await shown.feed();
    for (let i = 0; i < 7; i++) shown.hub.bus.fire('often');
    await feed.until(() =>
      feed
        .of('slow')
        .some(({ held }) => held.some(({ name, calls }) => name === 'hears' && calls === 7)),
    );
    expect((await shown.ask('/api/held')).json).toContainEqual(
      expect.objectContaining({
        owner: 'hub',
        type: 'often',
        name: 'hears',
        count: 1,
        calls: 7,
        leaked: false,
      }),
    );
    expect((await shown.ask('/api/held?leaked')).json).toEqual([]);
  });
});

describe('startInspector', () => {
  it('takes the next port when one is taken, and says so; two hubs are two sessions', async () => {
    await using one = await ShownHub.start();
    await using two = await ShownHub.start({ port: one.inspector.port });
    expect(two.inspector).toMatchObject({ portTaken: one.inspector.port });
    expect(two.inspector.port).toBeGreaterThan(one.inspector.port);
    expect(one.inspector.portTaken).toBeNull();
    const [a, b] = [await one.ask('/api/hello'), await two.ask('/api/hello')];
    expect(a.json.session).not.toBe(b.json.session);
    two.hub.bus.fire('only_there');
    const [here, there] = [await one.feed(), await two.feed()];
    await there.row('only_there');
    expect(here.texts).not.toContain('only_there');
  });

  it('says it when no port is free', async () => {
    await using one = await atLastPort((port) => ShownHub.start({ port }));
    const hub = new Hub();
    await expect(startInspector(hub, { port: 65_535 })).rejects.toMatchObject({
      code: 'INSPECTOR_PORT',
      message: expect.stringContaining('65535'),
    });
    expectNoLeaks(hub);
    await hub.stop();
    expect(one.inspector.url).toBe('http://127.0.0.1:65535');
  }, 60_000);

  it.each([
    [{ host: '0.0.0.0' }, /host/],
    [{ host: 'example.org' }, /host/],
    [{ port: 70_000 }, /port/],
    [{ port: 1.5 }, /port/],
    [{ label: '' }, /label/],
  ])('refuses %j', async (options, message) => {
    const hub = new Hub();
    await expect(startInspector(hub, options)).rejects.toThrow(message);
    await hub.stop();
  });

  it('can be closed and started again, and leaves nothing', async () => {
    await using shown = await ShownHub.start();
    const feed = await shown.feed('?page=a');
    await shown.inspector.close();
    await feed.until(() => feed.isEnded);
    expectNoLeaks(shown.hub);
    expect(shown.hub.scope.size).toBe(0);
    const again = await startInspector(shown.hub, { port: shown.inspector.port });
    expect(again.port).toBe(shown.inspector.port);
    await again.close();
    await again.close();
  });

  it('is refused when its owner ends while it begins, and keeps no port', async () => {
    const hub = new Hub();
    const scope = hub.scope.child('owner');
    const port = await freePort();
    const starting = startInspector(hub.scoped(scope), { port });
    await scope.close();
    await expect(starting).rejects.toMatchObject({ code: 'SCOPE_CLOSED' });
    const again = await startInspector(hub, { port });
    expect(again.portTaken).toBeNull();
    await hub.stop();
  });

  it('refuses a hub that has stopped', async () => {
    const hub = new Hub();
    await hub.stop();
    await expect(startInspector(hub, { port: 0 })).rejects.toMatchObject({ code: 'SCOPE_CLOSED' });
  });
});
