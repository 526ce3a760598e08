import { describe, expect, it } from '@jest/globals';
import { Hub, HubData, HubKey, InvalidOptionError } from 'rxhome';
import { createTestHub } from 'rxhome/testing';

describe('new Hub()', () => {
  it('needs no options, and has a Home Assistant name for everything', () => {
    const hub = new Hub();
    expect(hub).toBeInstanceOf(Hub);
    expect([hub.state, hub.configDir]).toEqual(['not_running', process.cwd()]);
    expect(hub.scope.name).toBe('hub');
    expect(hub.data).toBeInstanceOf(HubData);
  });

  it.each<[string, object]>([
    ['stageTimeoutsMs.start', { stageTimeoutsMs: { start: -1 } }],
    ['stageTimeoutsMs.stop', { stageTimeoutsMs: { stop: '100' } }],
    ['stageTimeoutsMs.close', { stageTimeoutsMs: { close: NaN } }],
    ['unloadTimeoutMs', { unloadTimeoutMs: -1 }],
    ['causality', { causality: 'sometimes' }],
    ['watchdog', { watchdog: 100 }],
    ['watchdog', { watchdog: 'on' }],
    ['watchdog.thresholdMs', { watchdog: { thresholdMs: 19 } }],
    ['watchdog.thresholdMs', { watchdog: { thresholdMs: Infinity } }],
    ['watchdog.thresholdMs', { watchdog: { thresholdMs: '100' } }],
  ])('refuses a wrong %s, and names it', (name, options) => {
    const make = (): Hub => new Hub(options);
    expect(make).toThrow(InvalidOptionError);
    expect(make).toThrow(name);
  });

  it('keeps the defaults of limits that are not given', async () => {
    const hub = createTestHub({ stageTimeoutsMs: { stop: 5 }, leaks: 'ignore' });
    hub.createTask(() => new Promise(() => undefined));
    await hub.start();
    expect(hub.clock!.frame).toBe(15_000);
  });
});

describe('hub.data', () => {
  it('keeps values by typed keys', () => {
    const { data } = createTestHub();
    const key = new HubKey<{ url: string }>('lamp');
    expect([data.get(key), data.has(key)]).toEqual([undefined, false]);
    data.set(key, { url: 'lamp.local' });
    const value: { url: string } | undefined = data.get(key);
    expect(value).toEqual({ url: 'lamp.local' });
    // @ts-expect-error Not what belongs under that key.
    data.set(key, 42);
    expect([data.delete(key), data.delete(key), data.has(key)]).toEqual([true, false, false]);
  });
});

describe('verifyEventLoopThread', () => {
  it('accepts the thread of the hub', () => {
    expect(() => createTestHub().verifyEventLoopThread('states.set')).not.toThrow();
  });
});

describe('a logger that fails', () => {
  it('harms nobody', async () => {
    const fail = (): never => {
      throw new Error('disk full');
    };
    const hub = createTestHub({ logger: { debug: fail, info: fail, warn: fail, error: fail } });
    const scope = hub.scope.child('lamp');
    scope.own(fail);
    await scope.close().catch(() => undefined);
    scope.own(() => undefined);
    hub.createTask(async () => fail());
    hub.createTask(() => new Promise(() => undefined));
    await hub.start();
    await hub.stop();
    expect(hub.errors).toHaveLength(2);
  });
});
