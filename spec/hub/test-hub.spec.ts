import { describe, expect, it } from '@jest/globals';
import { sleep } from 'rxhome';
import { createTestHub, expectNoLeaks, marbles } from 'rxhome/testing';

describe('a test hub', () => {
  it('runs in virtual time', async () => {
    await using hub = createTestHub();
    await hub.start();
    const seen: string[] = [];
    hub.bus.listen('a', async () => {
      await sleep(60_000);
      hub.states.set('light.kitchen', 'on');
    });
    hub.states.changes('light.kitchen').subscribe(({ data }) => seen.push(data.newState!.state));
    hub.bus.fire('a');
    await hub.advance('30s');
    expect(seen).toEqual([]);
    await hub.advance('30s');
    expect(seen).toEqual(['on']);
    await hub.stop();
    expectNoLeaks(hub);
  });

  it('is there in marbles', async () => {
    await marbles(async ({ hub, at, expectObservable }) => {
      at(3, () => hub.states.set('light.kitchen', 'on'));
      const on = expect.objectContaining({ state: 'on' });
      expectObservable(hub.states.watch('light.kitchen')).toBe('a--b', { a: undefined, b: on });
    });
  });

  it('may stop in the middle of an advance, which goes on to its end', async () => {
    const hub = createTestHub();
    const { clock } = hub;
    setTimeout(() => void hub.stop(), 1000);
    await hub.advance('1m');
    expect([hub.state, clock!.frame]).toEqual(['stopped', 60_000]);
    expect(Date.now()).toBeGreaterThan(clock!.now - 365 * 86_400_000);
    expect(setTimeout.name).toBe('setTimeout');
  });

  it('shares its clock with another one, and the last one puts real time back', async () => {
    const realTimeout = setTimeout;
    const [one, two] = [createTestHub(), createTestHub()];
    expect(one.clock).toBe(two.clock);
    await one.stop();
    expect(setTimeout).not.toBe(realTimeout);
    await two.stop();
    expect(setTimeout).toBe(realTimeout);
  });
});
