import { describe, expect, it } from '@jest/globals';
import { expectTypeOf } from 'expect-type';
import { EMPTY, filter, map, type Observable, of, range, take } from 'rxjs';
import type { State, StateChange } from 'rxhome';
import { distinctState } from 'rxhome/operators';
import { createTestHub, expectNoLeaks, marbles, type TestHub } from 'rxhome/testing';

const LAMP = 'light.a';
const OTHER = 'light.b';

const asText = map((state: State | undefined) => state?.state ?? 'u');
const changeAsText = map(({ data: { newState } }: StateChange) => newState?.state ?? 'u');

/** What the hub does at these frames: text of a light; a capital only changes an attribute. */
function play(hub: TestHub, at: (frame: number, fn: () => void) => void, diagram: string): void {
  [...diagram.trim()].forEach((text, frame) => {
    if (text === '-') return;
    at(frame, () => {
      const entityId = text === 'x' || text === 'y' ? OTHER : LAMP;
      if (text === 'u') hub.states.remove(LAMP);
      else hub.states.set(entityId, text.toLowerCase(), { frame });
    });
  });
}

describe('distinctState', () => {
  it('lets states through that differ in text from the last one', () =>
    marbles(({ hub, at, expectObservable }) => {
      play(hub, at, '                  --O-f-u-f--');
      hub.states.set(LAMP, 'o');
      const states = hub.states.watch(LAMP);
      expectObservable(states.pipe(asText)).toBe('                 o-o-f-u-f--');
      expectObservable(states.pipe(distinctState(), asText)).toBe('o---f-u-f--');
    }));

  it('lets changes through that differ in text, each entity by itself', () =>
    marbles(({ hub, at, expectObservable }) => {
      play(hub, at, '                                    -o-x-Oxyoyof-u-f-');
      const changes = hub.states.changes({ domain: 'light' });
      expectObservable(changes.pipe(changeAsText)).toBe('-o-x-oxyoyof-u-f-');
      expectObservable(changes.pipe(distinctState(), changeAsText)).toBe(
        '                                               -o-x---y---f-u-f-',
      );
    }));

  it('compares the first change of an entity with what it changed from', () =>
    marbles(({ hub, at, expectObservable }) => {
      hub.states.set(LAMP, 'o');
      play(hub, at, '                                             -O-f--');
      const changes = hub.states.changes(LAMP);
      expectObservable(changes.pipe(distinctState(), changeAsText)).toBe('---f--');
    }));

  it('bridges what was filtered out before it', () =>
    marbles(({ hub, at, expectObservable }) => {
      play(hub, at, '                            -o-n-o-n-f-');
      const known = hub.states
        .changes(LAMP)
        .pipe(filter(({ data }) => data.newState?.state !== 'n'));
      expectObservable(known.pipe(changeAsText)).toBe('-o---o---f-');
      expectObservable(known.pipe(distinctState(), changeAsText)).toBe('-o-------f-');
    }));

  it('forgets an entity that is removed', () =>
    marbles(({ hub, at, expectObservable }) => {
      play(hub, at, '                                             -o-u-o-');
      const changes = hub.states.changes(LAMP);
      expectObservable(changes.pipe(distinctState(), changeAsText)).toBe('-o-u-o-');
    }));

  it('keeps several entities apart in a stream of states, until one is unknown', () =>
    marbles(({ hub, hot, expectObservable }) => {
      hub.states.set(LAMP, 'o');
      const o = hub.states.get(LAMP);
      hub.states.set(OTHER, 'o');
      const p = hub.states.get(OTHER);
      const values = { o, p, u: undefined };
      const states = hot<State | undefined>('-opopuuopu|', values);
      const expected = '                     -op--u-opu|';
      expectObservable(states.pipe(distinctState())).toBe(expected, values);
    }));

  it('completes and fails with its source', () =>
    marbles(({ hub, hot, expectObservable }) => {
      hub.states.set(LAMP, 'o');
      const values = { o: hub.states.get(LAMP)! };
      expectObservable(hot('-oo|', values).pipe(distinctState())).toBe('-o-|', values);
      expectObservable(hot('-oo#', values).pipe(distinctState())).toBe('-o-#', values);
    }));

  it('unsubscribes its source', () =>
    marbles(({ hub, hot, expectObservable, expectSubscriptions }) => {
      hub.states.set(LAMP, 'o');
      const values = { o: hub.states.get(LAMP)! };
      const states = hot('-o-o-', values);
      expectObservable(states.pipe(distinctState()), '^-!').toBe('-o---', values);
      expectSubscriptions(states.subscriptions).toBe('^-!');
    }));

  it('takes a source that is there at once', () =>
    marbles(({ hub, expectObservable }) => {
      hub.states.set(LAMP, 'o');
      const o = hub.states.get(LAMP)!;
      expectObservable(of(o, o, undefined, o).pipe(distinctState(), asText)).toBe('(ouo|)');
      const endless = range(0, Infinity).pipe(map((n) => (n % 2 ? undefined : o)));
      expectObservable(endless.pipe(distinctState(), asText, take(2))).toBe('(ou|)');
    }));

  it('begins anew for each subscriber', () =>
    marbles(({ hub, hot, expectObservable }) => {
      hub.states.set(LAMP, 'o');
      const values = { o: hub.states.get(LAMP)! };
      const states = hot('-o-o-', values).pipe(distinctState());
      expectObservable(states).toBe('      -o---', values);
      expectObservable(states, '--^').toBe('---o-', values);
    }));

  it('ends with its owner, and does not complete', async () => {
    const hub = createTestHub();
    const scope = hub.scope.child('automation');
    const seen: string[] = [];
    hub
      .scoped(scope)
      .states.watch(LAMP)
      .pipe(distinctState())
      .subscribe({ next: () => seen.push('next'), complete: () => seen.push('complete') });
    await scope.close();
    hub.states.set(LAMP, 'on');
    expect(hub.bus.listenerCounts()).toEqual({});
    await hub.stop();
    expect(seen).toEqual(['next']);
    expectNoLeaks(hub);
  });

  it('keeps the type of what it is given, and takes nothing else', () => {
    const states = of<State | undefined>(undefined);
    expectTypeOf(states.pipe(distinctState())).toEqualTypeOf<Observable<State | undefined>>();
    const changes = EMPTY as Observable<StateChange>;
    expectTypeOf(changes.pipe(distinctState())).toEqualTypeOf<Observable<StateChange>>();
    // @ts-expect-error -- numbers have no text
    void of(1).pipe(distinctState());
  });
});
