import { describe, expect, it } from '@jest/globals';
import type { MonoTypeOperatorFunction } from 'rxjs';
import { of, take } from 'rxjs';
import type { BusEvent, StateChange } from 'rxhome';
import { changedFrom, changedTo, forEntity, ofType } from 'rxhome/operators';
import { marbles } from 'rxhome/testing';
import { type Change, changes } from './changes.js';

/** A stream of all kinds of changes, drawn with a letter each. */
const DRAWN = {
  o: ['off', 'on'],
  f: ['on', 'off'],
  a: ['on', 'on'], // an attribute only
  n: [null, 'on'], // the first
  g: ['on', null], // gone
  u: ['off', 'unavailable'],
  v: [null, 'off'],
  w: ['off', null],
  k: ['off', 'on', 'light.kitchen'],
} satisfies Record<string, Change>;

const all = '                                -o-f-a-n-g-u-v-w-k-|';
const cases: [string, MonoTypeOperatorFunction<StateChange>, string][] = [
  ["changedTo('on')", changedTo('on'), '       -o-----n---------k-|'],
  ["changedTo('on', 'off')", changedTo('on', 'off'), '-o-f---n-----v---k-|'],
  ['changedTo()', changedTo(), '                         -------------------|'],
  ["changedFrom('on')", changedFrom('on'), '   ---f-----g---------|'],
  ["changedFrom('off')", changedFrom('off'), ' -o---------u---w-k-|'],
  ["changedFrom('on', 'off')", changedFrom('on', 'off'), '-o-f-----g-u---w-k-|'],
  ["forEntity('light.kitchen')", forEntity('light.kitchen'), '-----------------k-|'],
  ['forEntity of two', forEntity('light.kitchen', 'binary_sensor.door'), '-o-f-a-n-g-u-v-w-k-|'],
  ['forEntity()', forEntity(), '                         -------------------|'],
];

describe.each(cases)('%s', (_, operator, expected) => {
  it('lets the right changes through, and completes with its source', () =>
    marbles(({ hub, hot, expectObservable, expectSubscriptions }) => {
      const values = changes(hub, DRAWN);
      const source = hot(all.trim(), values);
      expectObservable(source.pipe(operator)).toBe(expected.trim().padStart(0), values);
      expectSubscriptions(source.subscriptions).toBe('^------------------!');
    }));

  it('fails with its source, and stops when it is unsubscribed', () =>
    marbles(({ hub, hot, expectObservable, expectSubscriptions }) => {
      const values = changes(hub, DRAWN);
      const source = hot('-x-#', { x: values.o });
      const passes = expected.trim().startsWith('-o');
      expectObservable(source.pipe(operator)).toBe(passes ? '-o-#' : '---#', values);
      expectObservable(source.pipe(operator), '^-!').toBe(passes ? '-o-' : '---', values);
      expectSubscriptions(source.subscriptions).toBe(['^--!', '^-!']);
    }));

  it('takes a synchronous source', () =>
    marbles(({ hub }) => {
      const values = changes(hub, DRAWN);
      const seen: StateChange[] = [];
      of(...Object.values(values))
        .pipe(operator, take(9))
        .subscribe((change) => seen.push(change));
      const letters = [...expected].filter((char) => /[a-z]/.test(char));
      expect(seen).toEqual(letters.map((letter) => values[letter as keyof typeof values]));
    }));
});

describe('ofType', () => {
  it('lets the events of one type through, until the end or the error', () =>
    marbles(({ hub, hot, at, expectObservable, expectSubscriptions }) => {
      const values = {} as Record<string, BusEvent>;
      hub.bus.listen('*', (event) => (values[event.type] = event));
      hub.bus.fire('a');
      hub.bus.fire('b');
      hub.bus.fire('c');
      const source = hot<BusEvent>('     -a-b-c-b--|', values);
      expectObservable(source.pipe(ofType('b'))).toBe('---b---b--|', values);
      expectObservable(source.pipe(ofType('b')), '^----!').toBe('---b--', values);
      expectObservable(hot<BusEvent>('-b-#', values).pipe(ofType('b'))).toBe('-b-#', values);
      expectObservable(of(values['a']!, values['b']!).pipe(ofType('b'))).toBe('(b|)', values);
      expectObservable(hub.bus.on('*').pipe(ofType('b'), take(1))).toBe('--(b|)', {
        b: expect.objectContaining({ type: 'b' }),
      });
      at(1, () => hub.bus.fire('a'));
      at(2, () => hub.bus.fire('b'));
      expectSubscriptions(source.subscriptions).toBe(['^---------!', '^----!']);
    }));
});
