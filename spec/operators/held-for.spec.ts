import { describe, expect, it } from '@jest/globals';
import { map, merge, NEVER, of, type Observable } from 'rxjs';
import type { State, StateChange } from 'rxhome';
import { heldFor, type StateMatch } from 'rxhome/operators';
import { type HubMarbleTest, marbles } from 'rxhome/testing';

const DOOR = 'binary_sensor.door';
const letter = (change: StateChange): string => {
  const { newState } = change.data;
  return newState === null
    ? 'g'
    : newState.state === 'on'
      ? 'o'
      : newState.state === 'off'
        ? 'c'
        : 'u';
};

/** Plays a diagram on the door: o opens, c closes, u is unavailable, g goes, r reports with another attribute. */
function play({ hub, at }: HubMarbleTest, diagram: string): void {
  let n = 0;
  [...diagram.trim()].forEach((char, frame) => {
    const text = { o: 'on', c: 'off', u: 'unavailable' }[char];
    if (text) at(frame, () => hub.states.set(DOOR, text));
    if (char === 'r')
      at(frame, () => hub.states.set(DOOR, hub.states.get(DOOR)!.state, { n: n++ }));
    if (char === 'g') at(frame, () => hub.states.remove(DOOR));
  });
}

const held = ({ hub }: HubMarbleTest, ms: number, match: StateMatch): Observable<string> =>
  hub.states.changes(DOOR).pipe(heldFor(ms, match), map(letter));

describe('heldFor', () => {
  it('waits out the time, starts over when the match was left, and not at a report', () =>
    marbles((test) => {
      play(test, '                                      -o-c-----o-r----c');
      test.expectObservable(held(test, 4, 'on')).toBe('-------------o');
    }));

  it('lets each wait through once, and no two at a time', () =>
    marbles((test) => {
      play(test, '                                      -o-----c-o-----c-o-c');
      test.expectObservable(held(test, 3, 'on')).toBe('----o-------o');
    }));

  it('goes on from text to text while both match, and drops when the entity goes', () =>
    marbles((test) => {
      play(test, '                                            -o-u-----c-o-g-----');
      test.expectObservable(held(test, 4, ['on', 'unavailable'])).toBe('-----o');
    }));

  it('takes a function for a match; an entity that is not known never matches', () =>
    marbles((test) => {
      play(test, '                                 -o-c--g');
      const seen: State[] = [];
      const match = (state: State): boolean => {
        seen.push(state);
        return state.state === 'off';
      };
      test.expectObservable(held(test, 2, match)).toBe('-----c');
      test.at(60, () => expect(seen).not.toContain(null));
    }));

  it('counts from `lastChanged`, so what has been so for long enough passes at once', () =>
    marbles(({ hub, at, expectObservable, advance }) => {
      const stream = hub.states.changes(DOOR).pipe(heldFor(10, 'on'), map(letter));
      expectObservable(stream).toBe('----------------o-----------o');
      at(13, () => hub.states.set(DOOR, 'on', {}, { timestamp: Date.now() - 7 }));
      at(20, () => hub.states.set(DOOR, 'off'));
      at(28, () => hub.states.set(DOOR, 'on', {}, { timestamp: Date.now() - 60_000 }));
      return advance(40);
    }));

  it('drops what is pending when the stream completes, and when it is unsubscribed', () =>
    marbles(({ hub, hot, expectObservable, expectSubscriptions }) => {
      const o = opened(hub);
      const source = hot('                             -o-|', { o });
      expectObservable(source.pipe(heldFor(4, 'on'))).toBe('---|');
      const open = hot('-o', { o });
      expectObservable(open.pipe(heldFor(4, 'on')), '^--!').toBe('---');
      expectSubscriptions(open.subscriptions).toBe('^--!');
    }));

  it('passes an error at once, and drops what is pending', () =>
    marbles(({ hub, hot, expectObservable }) => {
      expectObservable(hot('-o-#', { o: opened(hub) }).pipe(heldFor(4, 'on'))).toBe('---#');
    }));

  it('passes the error of a match that throws', () =>
    marbles(({ hub, hot, expectObservable }) => {
      const oops = new Error('oops');
      const bad = (): never => {
        throw oops;
      };
      expectObservable(hot('-o-', { o: opened(hub) }).pipe(heldFor(4, bad))).toBe('-#', {}, oops);
    }));

  it('drops what is pending when its owner is unloaded, and leaves no timer', () =>
    marbles(async ({ hub, advance, clock }) => {
      const scope = hub.scope.child('entry');
      let fired = 0;
      hub
        .scoped(scope)
        .states.changes(DOOR)
        .pipe(heldFor(5, 'on'))
        .subscribe({
          next: () => fired++,
          complete: () => fired++,
        });
      hub.states.set(DOOR, 'on');
      await advance(2);
      expect(clock.pendingCount).toBe(1);
      await scope.close();
      expect(clock.pendingCount).toBe(0);
      await advance(20);
      expect(fired).toBe(0);
    }));

  it('drops what is pending when the hub stops', () =>
    marbles(async ({ hub, advance }) => {
      const seen: string[] = [];
      hub.states
        .changes(DOOR)
        .pipe(heldFor(5, 'on'))
        .subscribe({
          next: () => seen.push('next'),
          complete: () => seen.push('complete'),
        });
      hub.states.set(DOOR, 'on');
      await advance(2);
      await hub.stop();
      await advance(20);
      expect(seen).toEqual(['complete']);
    }));

  it('takes a synchronous source, and shows the last of it', () =>
    marbles(({ hub, expectObservable }) => {
      const o = opened(hub);
      expectObservable(of(o).pipe(heldFor(4, 'on'))).toBe('|');
      expectObservable(merge(of(o, o), NEVER).pipe(heldFor(4, 'on')), '^-----!').toBe('----o', {
        o,
      });
    }));
});

/** A door that opens now, for the first time. */
function opened(hub: HubMarbleTest['hub']): StateChange {
  let change: StateChange | undefined;
  const end = hub.bus.listen('state_changed', (event) => (change = event));
  hub.states.set('binary_sensor.other', 'on');
  hub.states.remove('binary_sensor.other');
  hub.states.set('binary_sensor.other', 'on');
  end();
  return change!;
}
