import { expect as jestExpect } from 'expect';
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { setTimeout as realSleep } from 'node:timers/promises';
import { sleep } from 'rxhome';
import {
  closeTestHubs,
  createTestHub,
  type HubMatchers,
  installMatchers,
  marbles,
} from 'rxhome/testing';

installMatchers(jestExpect);
const expect = jestExpect as unknown as (hub: unknown) => HubMatchers<void>;
const realDate = Date;

void it('passes: a marble test', () =>
  marbles(async ({ hub, advance }) => {
    hub.bus.listen('ring', async () => {
      await sleep(60_000);
      hub.states.set('light.hall', 'on');
    });
    hub.bus.fire('ring');
    await advance('1m');
    expect(hub).toHaveState('light.hall', 'on');
  }));

void it('fails: a marble test', () =>
  marbles(({ hot, expectObservable }) => {
    expectObservable(hot('-a-|')).toBe('--a|');
  }));

void it('passes: await using', async () => {
  await using hub = createTestHub();
  await hub.start();
  expect(hub).toHaveFired('homeassistant_started');
  assert.notEqual(Date, realDate);
});

void it('fails: await using, with a leak', async () => {
  await using hub = createTestHub();
  hub.createTask(() => new Promise(() => undefined), { name: 'endless' });
});

void it('passes: t.after', async (t) => {
  assert.equal(Date, realDate);
  const hub = createTestHub();
  t.after(() => hub.stop());
  await hub.advance('1h');
});

void describe('with closeTestHubs after each', () => {
  afterEach(closeTestHubs);

  void it('passes: a hub that is left open', () => {
    assert.equal(Date, realDate);
    createTestHub();
  });

  void it('fails: a leak', () => {
    assert.equal(Date, realDate);
    createTestHub().createTask(() => new Promise(() => undefined), { name: 'endless' });
  });

  void it('fails: a test that takes too long', { timeout: 100 }, async () => {
    assert.equal(Date, realDate);
    createTestHub();
    await realSleep(400);
  });

  void it('passes: real time after all of them', () => {
    assert.equal(Date, realDate);
  });
});
