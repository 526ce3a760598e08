import { describe, expect, it } from '@jest/globals';
import type { HubError } from 'rxhome';
import { createTestHub, marbles } from 'rxhome/testing';
import { interval } from 'rxjs';

describe('a loop of events', () => {
  it('is cut at the 1,001st, reported once with its chain, and the bus lives on', () => {
    const hub = createTestHub();
    const calls = { ping: 0, pong: 0 };
    hub.bus.listen('ping', () => {
      calls.ping++;
      hub.bus.fire('pong');
    });
    hub.bus.listen('pong', function back() {
      calls.pong++;
      hub.bus.fire('ping');
    });
    hub.bus.fire('ping');
    expect(calls).toEqual({ ping: 500, pong: 500 });

    expect(hub.errors).toHaveLength(1);
    const [{ error, ...failure }] = hub.errors as unknown as [{ error: HubError }];
    expect(failure).toMatchObject({ source: 'event', owner: 'hub', name: 'back' });
    expect(error).toMatchObject({ name: 'EventLoopError', code: 'EVENT_LOOP' });
    expect(error.message).toContain('Event `ping` was dropped: it is number 1001');
    expect((error as HubError & { chain: string[] }).chain.slice(-3)).toEqual([
      'ping',
      'pong',
      'ping',
    ]);
    expect(hub.snapshot().events).toEqual({ fired: 1_001, queued: 0, dropped: 1 });

    hub.bus.fire('pong');
    expect(calls.pong).toBe(1_000);
    expect(hub.errors).toHaveLength(2);
  });

  it('delivers a chain of exactly 1,000', () => {
    const hub = createTestHub();
    let depth = 0;
    hub.bus.listen('step', () => {
      if (++depth < 1_000) hub.bus.fire('step');
    });
    hub.bus.fire('step');
    expect(depth).toBe(1_000);
    expect(hub.errors).toEqual([]);
  });

  it('is reported once, however many of its branches are cut', () => {
    const hub = createTestHub();
    hub.bus.listen('a', ({ data: { n } }) => {
      hub.bus.fire('a', { n: Number(n) + 1 });
      if (n === 999) for (let i = 0; i < 5; i++) hub.bus.fire('a', { n });
    });
    hub.bus.fire('a', { n: 1 });
    expect(hub.errors).toHaveLength(1);
    expect(hub.snapshot().events.dropped).toBeGreaterThan(1);
  });

  it('keeps an unrelated event that was fired beside it', () => {
    const hub = createTestHub();
    let heard = 0;
    hub.bus.listen('loop', () => hub.bus.fire('loop'));
    hub.bus.listen('other', () => heard++);
    hub.bus.listen('begin', () => {
      hub.bus.fire('loop');
      hub.bus.fire('other');
    });
    hub.bus.fire('begin');
    expect(heard).toBe(1);
  });

  it('is also one of states that set each other', () => {
    const hub = createTestHub();
    const next = (n: unknown): number => Number(n) + 1;
    const follow = (from: string, to: string): void =>
      void hub.states
        .changes(from)
        .subscribe(({ data }) => hub.states.set(to, next(data.newState!.state)));
    follow('sensor.a', 'sensor.b');
    follow('sensor.b', 'sensor.a');
    hub.states.set('sensor.a', 1);
    expect(hub.states.get('sensor.a')!.state).toBe('1001'); // told of no more, but written
    expect(hub.errors.map(({ source }) => source)).toEqual(['event']);
  });

  it('is not what a timer does that ticks for a week', async () => {
    await marbles(async ({ hub, advance }) => {
      let heard = 0;
      hub.bus.on('tick').subscribe(() => heard++);
      const ticking = interval(60_000).subscribe(() => hub.bus.fire('tick'));
      const again = (): void => {
        hub.bus.fire('tick');
        timer = setTimeout(again, 60_000);
      };
      let timer = setTimeout(again, 60_000);
      await advance('7d');
      ticking.unsubscribe();
      clearTimeout(timer);
      expect(heard).toBe(2 * 7 * 24 * 60);
      expect(hub.errors).toEqual([]);
    });
  });

  it('is not what goes on behind an await', async () => {
    const hub = createTestHub();
    let rounds = 0;
    hub.bus.listen('again', async () => {
      await Promise.resolve();
      if (++rounds < 3_000) hub.bus.fire('again');
    });
    hub.bus.fire('again');
    await hub.blockTillDone();
    expect(rounds).toBe(3_000);
    expect(hub.errors).toEqual([]);
  });
});

describe('the queue of events', () => {
  it('holds 100,000; what is one too many is dropped, reported once, and the bus lives on', () => {
    const hub = createTestHub();
    let heard = 0;
    hub.bus.listen('b', () => heard++);
    hub.bus.listen('flood', function flood() {
      for (let i = 0; i < 100_007; i++) hub.bus.fire('b');
    });
    hub.bus.fire('flood');
    expect(heard).toBe(100_000);
    expect(hub.errors).toHaveLength(1);
    expect(hub.errors[0]).toMatchObject({
      source: 'event',
      name: 'flood',
      error: { code: 'EVENT_QUEUE_FULL' },
    });
    expect(hub.snapshot().events).toEqual({ fired: 100_008, queued: 0, dropped: 7 });
    hub.bus.fire('b');
    expect(heard).toBe(100_001);
  });
});
