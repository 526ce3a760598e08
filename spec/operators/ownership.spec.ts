import { describe, expect, it } from '@jest/globals';
import { NEVER, type OperatorFunction, pairwise } from 'rxjs';
import type { BusEvent } from 'rxhome';
import {
  batchFor,
  cacheLatest,
  limitConcurrency,
  perKey,
  retryWithBackoff,
  throttleByKey,
  timeoutAfter,
} from 'rxhome/operators';
import { createTestHub, expectNoLeaks } from 'rxhome/testing';
import { operate, relay } from '../../src/operators/operate.js';

// What every operator owes to a stream of the bus. Those on states are in their own specs.

type Operator = OperatorFunction<BusEvent, unknown>;

/** Each with what of two events, 1 ms apart, has come out when the owner is unloaded. */
const OPERATORS: readonly [name: string, operator: Operator, soFar: readonly string[]][] = [
  ['operate', operate((source, end) => source.subscribe(relay(end, end))), ['next', 'next']],
  ['batchFor', batchFor(5), []],
  ['cacheLatest', cacheLatest(5), ['next', 'next']],
  ['limitConcurrency', limitConcurrency(1, () => NEVER), []],
  [
    'perKey',
    perKey(
      ({ type }) => type,
      throttleByKey(5, () => 'all'),
    ),
    ['next'],
  ],
  ['perKey, idle', perKey(({ type }) => type, pairwise(), { idleMs: 5 }), ['next']],
  ['retryWithBackoff', retryWithBackoff(), ['next', 'next']],
  ['throttleByKey', throttleByKey(5, ({ type }) => type), ['next']],
  ['timeoutAfter', timeoutAfter(5), ['next', 'next']],
];

describe.each(OPERATORS)('%s, on a stream of the bus', (_, operator, soFar) => {
  it('ends with its owner, drops what is pending and does not complete', async () => {
    const hub = createTestHub();
    const scope = hub.scope.child('automation');
    const seen: string[] = [];
    const subscription = hub
      .scoped(scope)
      .bus.on('x')
      .pipe(operator)
      .subscribe({
        next: () => seen.push('next'),
        error: () => seen.push('error'),
        complete: () => seen.push('complete'),
      });
    hub.bus.fire('x');
    await hub.advance(1);
    hub.bus.fire('x');
    await scope.close();
    expect(subscription.closed).toBe(true);
    expect(hub.bus.listenerCounts()).toEqual({});
    expect(hub.clock?.pendingCount).toBe(0);
    await hub.advance('1h');
    hub.bus.fire('x');
    await hub.stop();
    expect(seen).toEqual(soFar);
    expect(hub.errors).toEqual([]);
    expectNoLeaks(hub);
  });

  it('isolates and names a subscriber that throws', async () => {
    const hub = createTestHub();
    hub.bus
      .on('x')
      .pipe(operator)
      .subscribe(function careless() {
        throw new Error('oops');
      });
    for (let i = 0; i < 3; i++) {
      hub.bus.fire('x');
      await hub.advance(2);
    }
    for (const { name, source } of hub.errors.slice(0, 2))
      expect({ name, source }).toEqual({ name: 'careless', source: 'subscriber' });
    if (soFar.length > 0) expect(hub.errors.length).toBeGreaterThan(0);
    await hub.stop();
  });
});
