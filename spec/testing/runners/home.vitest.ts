import { sleep } from 'rxhome';
import { createTestHub, marbles } from 'rxhome/testing';
import 'rxhome/testing/vitest';
import { debounceTime } from 'rxjs';
import { expect, it } from 'vitest';

const realDate = Date;

it('passes: a marble test', () =>
  marbles(async ({ hub, hot, expectObservable, advance }) => {
    expectObservable(hot('-a-b----|').pipe(debounceTime(2))).toBe('-----b--|');
    hub.bus.listen('ring', async () => {
      await sleep(60_000);
      hub.states.set('light.hall', 'on');
    });
    hub.bus.fire('ring');
    await advance('1m');
    expect(hub).toHaveState('light.hall', 'on');
    expect(hub).toHaveFired('ring');
  }));

it('fails: a marble test', () =>
  marbles(({ hot, expectObservable }) => {
    expectObservable(hot('-a-|')).toBe('--a|');
  }));

it('passes: a hub that is left open', async () => {
  expect(Date).toBe(realDate);
  const hub = createTestHub();
  hub.states.set('light.hall', 'on');
  await hub.advance('1h');
  expect(hub).toHaveState('light.hall', 'on');
  expect(Date).not.toBe(realDate);
});

it('passes: real time after it', () => {
  expect(Date).toBe(realDate);
  expect(() => {
    expect(createTestHub()).toHaveState('light.hall');
  }).toThrow('not known to the hub');
});

it('fails: a leak', () => {
  createTestHub().createTask(() => new Promise(() => undefined), { name: 'endless' });
});

it('fails: a test that throws while time is virtual', () => {
  createTestHub();
  throw new Error('thrown by the test');
});

it('fails: a test that takes too long', async () => {
  createTestHub();
  await new Promise(() => undefined);
});

it('fails: marbles that wait for real work which never ends', () =>
  marbles(async ({ clock }) => {
    clock.busy = () => true;
    await sleep(10);
  }));

it('passes: real time after all of them', () => {
  expect(Date).toBe(realDate);
});
