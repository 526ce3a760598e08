import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { onAbort } from '../../src/ownership/abort-relay.js';

describe('onAbort', () => {
  it('calls everybody once, in order, with one listener on the signal', () => {
    const controller = new AbortController();
    const called: number[] = [];
    for (let i = 0; i < 5; i++) onAbort(controller.signal, () => called.push(i));
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1);
    controller.abort();
    controller.abort();
    expect(called).toEqual([0, 1, 2, 3, 4]);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  it('leaves nothing when all are taken back, however often, and begins anew', () => {
    const controller = new AbortController();
    const called: string[] = [];
    const one = onAbort(controller.signal, () => called.push('one'));
    const two = onAbort(controller.signal, () => called.push('two'));
    one();
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1);
    two();
    two();
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    onAbort(controller.signal, () => called.push('three'));
    two();
    controller.abort();
    expect(called).toEqual(['three']);
  });

  it('leaves out who is taken back while the signal aborts', () => {
    const controller = new AbortController();
    const called: string[] = [];
    const forget: (() => void)[] = [];
    onAbort(controller.signal, () => {
      called.push('first');
      for (const each of forget) each();
    });
    forget.push(onAbort(controller.signal, () => called.push('second')));
    onAbort(controller.signal, () => called.push('third'));
    controller.abort();
    expect(called).toEqual(['first', 'third']);
  });

  it('keeps the signals apart', () => {
    const [a, b] = [new AbortController(), new AbortController()];
    const called: string[] = [];
    onAbort(a.signal, () => called.push('a'));
    onAbort(b.signal, () => called.push('b'));
    b.abort();
    expect(called).toEqual(['b']);
  });
});
