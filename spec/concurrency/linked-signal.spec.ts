import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { LinkedSignal } from '../../src/concurrency/linked-signal.js';

const listeners = (...controllers: AbortController[]): number[] =>
  controllers.map(({ signal }) => getEventListeners(signal, 'abort').length);

describe('LinkedSignal', () => {
  it('aborts with the first of those it follows, with that reason, and lets go of all', () => {
    const [a, b] = [new AbortController(), new AbortController()];
    const linked = new LinkedSignal([a.signal, undefined, b.signal]);
    expect([linked.signal.aborted, listeners(a, b)]).toEqual([false, [1, 1]]);
    const reason = { because: 'b' };
    b.abort(reason);
    expect(linked.signal.reason).toBe(reason);
    expect(listeners(a, b)).toEqual([0, 0]);
    a.abort('later');
    expect(linked.signal.reason).toBe(reason);
  });

  it('aborts by itself, with a reason or without, and lets go of all', () => {
    const outer = new AbortController();
    const linked = new LinkedSignal([outer.signal]);
    linked.abort('own');
    linked.abort('again');
    expect([linked.signal.reason, listeners(outer)]).toEqual(['own', [0]]);
    expect(outer.signal.aborted).toBe(false);
    const other = new LinkedSignal([]);
    other.abort();
    expect((other.signal.reason as Error).name).toBe('AbortError');
  });

  it('is aborted from the start when one of them is, and follows none', () => {
    const [a, c] = [new AbortController(), new AbortController()];
    const linked = new LinkedSignal([a.signal, AbortSignal.abort('before'), c.signal]);
    expect([linked.signal.reason, listeners(a, c)]).toEqual(['before', [0, 0]]);
  });

  it('lets go when it is disposed of, and can still be aborted', () => {
    const outer = new AbortController();
    const linked = new LinkedSignal([outer.signal]);
    linked[Symbol.dispose]();
    linked[Symbol.dispose]();
    outer.abort('not heard');
    expect([linked.signal.aborted, listeners(outer)]).toEqual([false, [0]]);
    linked.abort('heard');
    expect(linked.signal.reason).toBe('heard');
  });

  it('leaves nothing on a signal that lives on, after 100,000 of them', () => {
    const outer = new AbortController();
    for (let i = 0; i < 100_000; i++) {
      using linked = new LinkedSignal([outer.signal]);
      if (i % 1_000 === 0) expect([linked.signal.aborted, listeners(outer)]).toEqual([false, [1]]);
    }
    expect(listeners(outer)).toEqual([0]);
  });
});
