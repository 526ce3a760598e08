import { describe, expect, it } from '@jest/globals';
import { ConfigEntryNotReady, Scope } from 'rxhome';
import { createTestHub, expectNoLeaks, type TestHub } from 'rxhome/testing';
import { Complaints } from '../../../src/integrations/mqtt/complaints.js';
import { Connection, retryMs } from '../../../src/integrations/mqtt/connection.js';
import { FakeLink, text } from './fake-link.js';

interface Setting {
  readonly hub: TestHub;
  readonly scope: Scope;
  readonly connection: Connection;
  readonly links: FakeLink[];
  readonly times: number[];
  /** Set it to make connecting fail. */
  failure: Error | undefined;
}

function setting(): Setting {
  const hub = createTestHub();
  const scope = new Scope('mqtt');
  const owner = hub.scoped(scope);
  const links: FakeLink[] = [];
  const times: number[] = [];
  const message = { topic: 'status', qos: 0, retain: false } as const;
  const connection = new Connection(
    owner,
    {
      url: 'mqtt://fake',
      clientId: 'x',
      keepaliveSeconds: 60,
      username: undefined,
      password: undefined,
      birth: { ...message, payload: 'online' },
      will: { ...message, payload: 'offline' },
      connect: (_options, onMessage) => {
        times.push(Date.now());
        if (made.failure) return Promise.reject(made.failure);
        links.push(new FakeLink(onMessage));
        return Promise.resolve(links.at(-1)!);
      },
    },
    new Complaints(owner),
  );
  const made: Setting = { hub, scope, connection, links, times, failure: undefined };
  return made;
}

describe('a connection', () => {
  it('asks for all filters in one go, then says hello', async () => {
    const { connection, links } = setting();
    await connection.open();
    for (const filter of ['a', 'b/+', 'a']) connection.subscribe(filter, 0, () => undefined);
    await connection.begin();
    expect(links[0]!.subscribed).toEqual([['a', 'b/+']]);
    expect(links[0]!.published).toEqual(['status online']);
    expect(connection.isConnected).toBe(true);
  });

  it('asks again for a filter that somebody else wants as well, and lets go of it with the last', async () => {
    const { connection, links, hub } = setting();
    await connection.open();
    await connection.begin();
    const [link] = links;
    const first = connection.subscribe('a', 0, () => undefined);
    await hub.advance(1);
    const second = connection.subscribe('a', 1, () => undefined);
    await hub.advance(1);
    expect(link!.subscribed).toEqual([['a'], ['a']]);
    first();
    await hub.advance(1);
    expect(link!.unsubscribed).toEqual([]);
    second();
    second();
    await hub.advance(1);
    expect(link!.unsubscribed).toEqual([['a']]);
  });

  it('brings what is retained to each once, and again after a loss', async () => {
    const { connection, links, hub } = setting();
    const heard: string[] = [];
    await connection.open();
    connection.subscribe('a/#', 0, ({ text: said }) => heard.push(said));
    await connection.begin();
    links[0]!.deliver(text('a', '1', true));
    links[0]!.deliver(text('a', '1', true)); // because somebody else has subscribed
    links[0]!.deliver(text('a', '2'));
    expect(heard).toEqual(['1', '2']);
    links[0]!.lose();
    await hub.advance('5s');
    links[1]!.deliver(text('a', '2', true));
    expect(heard).toEqual(['1', '2', '2']);
  });

  it('tries with growing pauses, tells it once, and comes back only when retained ones had time', async () => {
    const { connection, links, hub, times } = setting();
    const told: boolean[] = [];
    connection.status$.subscribe((is) => told.push(is));
    await connection.open();
    connection.subscribe('a', 0, () => undefined);
    await connection.begin();
    links[0]!.lose('ECONNRESET');
    await hub.advance(1);
    expect(told).toEqual([false, true, false]);
    await expect(connection.publish('a', '')).rejects.toMatchObject({ code: 'MQTT_NOT_CONNECTED' });
    expect(hub.errors.map(({ error }) => String(error))).toEqual([
      'MqttNotConnectedError: The connection to mqtt://fake is lost: ECONNRESET. It is tried for until it is back.',
    ]);
    for (let i = 0; i < 500 && links.length < 2; i++) await hub.advance(1);
    expect(links[1]!.subscribed).toEqual([['a']]);
    expect(links[1]!.published).toEqual(['status online']);
    await hub.advance(98);
    expect(told).toEqual([false, true, false]);
    await hub.advance(3);
    expect(told).toEqual([false, true, false, true]);
    expect(times).toHaveLength(2);
  });

  it('goes on trying, ever more slowly, also with a broker that hangs up at once', async () => {
    const made = setting();
    const { connection, links, hub, times } = made;
    await connection.open();
    await connection.begin();
    made.failure = new ConfigEntryNotReady('not there');
    links[0]!.lose();
    await hub.advance('10m');
    const pauses = times.slice(2).map((time, i) => time - times[i + 1]!);
    for (const [i, pause] of pauses.entries()) {
      const most = Math.min(1_000 * 2 ** i, 60_000);
      expect(pause).toBeGreaterThanOrEqual(most / 2 - 1);
      expect(pause).toBeLessThanOrEqual(most + 1);
    }
    expect(pauses.length).toBeGreaterThan(12);
    expect(hub.errors).toHaveLength(1);
    made.failure = undefined;
    for (let i = 0; i < 70 && !connection.isConnected; i++) await hub.advance('1s');
    expect(connection.isConnected).toBe(true);
    links.at(-1)!.lose(); // at once: the pause has not become short again
    await hub.advance('29s');
    expect(connection.isConnected).toBe(false);
    await hub.advance('92s');
    expect(connection.isConnected).toBe(true);
    links.at(-1)!.lose(); // after a good time: now it has
    await hub.advance(700);
    expect(connection.isConnected).toBe(true);
  });

  it('reports a filter that is refused, and a listener that throws; others get the message', async () => {
    const { connection, links, hub } = setting();
    await connection.open();
    await connection.begin();
    links[0]!.refused = ['secret'];
    const heard: string[] = [];
    connection.subscribe('secret', 0, () => {
      throw new Error('bad');
    });
    connection.subscribe('secret', 0, ({ text: said }) => heard.push(said));
    await hub.advance(1);
    links[0]!.deliver(text('secret', '1'));
    links[0]!.deliver(text('secret', '2'));
    expect(heard).toEqual(['1', '2']);
    expect(hub.errors.map(({ error }) => String(error))).toEqual([
      'Error: The broker does not let us subscribe `secret`.',
      'Error: bad',
    ]);
  });

  it.each(['connected', 'between two tries', 'retained ones are awaited'])(
    'ends when its owner does, while %s',
    async (when) => {
      const made = setting();
      const { connection, links, hub, scope, times } = made;
      await connection.open();
      scope.own(connection.subscribe('a', 0, () => undefined));
      await connection.begin();
      if (when !== 'connected') links[0]!.lose();
      if (when === 'between two tries') made.failure = new Error('no');
      await hub.advance(when === 'connected' ? 1 : 510);
      await scope.close();
      expect(links.at(-1)!.isOpen).toBe(false);
      if (when !== 'between two tries') expect(links.at(-1)!.published).toContain('status offline');
      expect(links.at(-1)!.unsubscribed).toEqual([]);
      const tries = times.length;
      await hub.advance('10m');
      expect(times).toHaveLength(tries);
      expect(hub.clock?.pendingCount).toBe(0);
      expectNoLeaks(hub);
    },
  );
});

describe('retryMs', () => {
  it('is never 0, and never above a minute', () => {
    for (const losses of [0, 1, 5, 50, 5000]) {
      expect(retryMs(losses)).toBeGreaterThanOrEqual(250);
      expect(retryMs(losses)).toBeLessThanOrEqual(60_000);
    }
  });
});
