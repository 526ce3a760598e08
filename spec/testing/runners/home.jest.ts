// Plain globals of jest: nothing is imported from a runner.
import { sleep } from 'rxhome';
import { createTestHub, marbles } from 'rxhome/testing';
import 'rxhome/testing/jest';

declare const it: (name: string, test: () => unknown, timeoutMs?: number) => void;
declare const expect: (value: unknown) => {
  toBe(value: unknown): void;
  toHaveState(entityId: string, text?: string): void;
};

const realDate = Date;

it('passes: a marble test', () =>
  marbles(async ({ hub, advance }) => {
    hub.bus.listen('ring', async () => {
      await sleep(60_000);
      hub.states.set('light.hall', 'on');
    });
    hub.bus.fire('ring');
    await advance('1m');
    expect(hub).toHaveState('light.hall', 'on');
  }));

it('fails: a marble test', () =>
  marbles(({ hot, expectObservable }) => {
    expectObservable(hot('-a-|')).toBe('--a|');
  }));

it('fails: a leak', () => {
  createTestHub().createTask(() => new Promise(() => undefined), { name: 'endless' });
});

it('fails: a test that throws while time is virtual', () => {
  expect(Date).toBe(realDate);
  createTestHub();
  throw new Error('thrown by the test');
});

it('fails: a test that takes too long', async () => {
  expect(Date).toBe(realDate);
  createTestHub();
  await new Promise(() => undefined);
}, 500);

it('fails: marbles that wait for real work which never ends', () => {
  expect(Date).toBe(realDate);
  return marbles(async ({ clock }) => {
    clock.busy = () => true;
    await sleep(10);
  });
}, 500);

it('passes: real time after all of them', () => {
  expect(Date).toBe(realDate);
});
