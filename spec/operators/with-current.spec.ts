import { describe, expect, it } from '@jest/globals';
import { expectTypeOf } from 'expect-type';
import { map, type Observable, of, Subject, take, throwError } from 'rxjs';
import { InvalidOptionError, type State, type StateChange } from 'rxhome';
import { changedTo, heldFor, withCurrent } from 'rxhome/operators';
import { createTestHub, expectNoLeaks, marbles, type TestHub } from 'rxhome/testing';

const DOOR = 'binary_sensor.door';
const oops = new Error('oops');

const textOf = map(({ data }: StateChange) => data.newState?.state ?? 'gone');

/** The state of the door now, then its changes, as single letters. */
const door = (hub: TestHub): Observable<string> =>
  hub.states.changes(DOOR).pipe(
    withCurrent(() => hub.states.get(DOOR)),
    textOf,
  );

/** Changes of a test, made by hand from what a hub has fired. */
function changesOf(hub: TestHub, ...texts: string[]): Record<string, StateChange> {
  const changes: Record<string, StateChange> = {};
  const subscription = hub.states
    .changes(DOOR)
    .subscribe((change) => (changes[change.data.newState!.state] = change));
  for (const text of texts) hub.states.set(DOOR, text);
  subscription.unsubscribe();
  return changes;
}

describe('withCurrent', () => {
  it('starts with what is now, then every change', () =>
    marbles(({ hub, at, expectObservable }) => {
      hub.states.set(DOOR, 'o');
      at(1, () => hub.states.set(DOOR, 'c'));
      at(3, () => hub.states.set(DOOR, 'o'));
      expectObservable(door(hub)).toBe('oc-o---');
      expectObservable(door(hub), '--^').toBe('--co---'); // a late subscriber
    }));

  it('starts with nothing for an entity that is not known', () =>
    marbles(({ hub, at, expectObservable }) => {
      at(1, () => hub.states.set(DOOR, 'c'));
      expectObservable(door(hub)).toBe('-c-----');
    }));

  it('starts with all of several entities, in their order', () =>
    marbles(({ hub, expectObservable }) => {
      hub.states.set('light.b', 'b');
      hub.states.set('light.a', 'a');
      const lights = hub.states.changes({ domain: 'light' });
      expectObservable(
        lights.pipe(
          withCurrent(() => hub.states.all('light')),
          textOf,
        ),
      ).toBe('(ba)');
      const some = ['light.a', 'light.unknown', 'light.b'];
      expectObservable(
        lights.pipe(
          withCurrent(() => some.map((id) => hub.states.get(id))),
          textOf,
        ),
      ).toBe('(ab)');
    }));

  it('makes a change from nothing, with time and cause of the write', async () => {
    const hub = createTestHub();
    hub.states.set(DOOR, 'on', { battery: 9 });
    const state = hub.states.get(DOOR)!;
    await hub.advance('1m');
    const seen: StateChange[] = [];
    hub.states
      .changes(DOOR)
      .pipe(withCurrent(() => hub.states.get(DOOR)))
      .subscribe((change) => seen.push(change));
    const [first] = seen as [StateChange];
    expect(first.type).toBe('state_changed');
    expect(first.data).toMatchObject({ entityId: DOOR, oldState: null });
    expect(first.data.newState).toBe(state);
    expect(first.context).toBe(state.context);
    expect(first.timeFired).toBe(state.lastUpdated);
    expect(first.origin).toBe('local');
    expect(JSON.parse(JSON.stringify(first))).toEqual({
      event_type: 'state_changed',
      data: {
        entity_id: DOOR,
        old_state: null,
        new_state: JSON.parse(JSON.stringify(state)) as unknown,
      },
      origin: 'LOCAL',
      time_fired: new Date(state.lastUpdated).toISOString(),
      context: { id: state.context.id, parent_id: null, user_id: null },
    });
    await hub.stop();
  });

  it('lets rules hold for what was so before they began', () =>
    marbles(async ({ hub, advance, clock }) => {
      hub.states.set(DOOR, 'on');
      await advance(40);
      const seen: unknown[] = [];
      const now = hub.states.changes(DOOR).pipe(withCurrent(() => hub.states.get(DOOR)));
      now.pipe(changedTo('on')).subscribe(() => seen.push(['changedTo', clock.frame]));
      now.pipe(heldFor(100, 'on')).subscribe(() => seen.push(['heldFor', clock.frame]));
      await advance(100);
      expect(seen).toEqual([
        ['changedTo', 40],
        ['heldFor', 100],
      ]);
    }));

  it('misses no change that the first values lead to, and keeps the order', () => {
    const hub = createTestHub();
    hub.states.set('light.a', 'on');
    hub.states.set('light.b', 'on');
    const seen: string[] = [];
    hub.states
      .changes({ domain: 'light' })
      .pipe(withCurrent(() => hub.states.all('light')))
      .subscribe(({ data: { entityId, newState } }) => {
        seen.push(`${entityId} ${newState?.state ?? 'gone'}`);
        if (newState?.state === 'on') hub.states.set('light.b', 'off');
        if (newState?.state === 'on') hub.states.set('light.a', 'dim');
        if (newState?.state === 'off') hub.states.set('light.b', 'end');
      });
    expect(seen).toEqual(['light.a on', 'light.b on', 'light.b off', 'light.a dim', 'light.b end']);
  });

  it('completes with its source, and passes its error', () =>
    marbles(({ hub, hot, expectObservable }) => {
      const changes = changesOf(hub, 'c', 'o');
      const now = withCurrent(() => hub.states.get(DOOR));
      expectObservable(hot('-c-|', changes).pipe(now, textOf)).toBe('oc-|');
      expectObservable(hot('-c-#', changes, oops).pipe(now, textOf)).toBe('oc-#', undefined, oops);
    }));

  it('puts what is now before a source that is there at once', () =>
    marbles(({ hub, expectObservable }) => {
      const { c } = changesOf(hub, 'c', 'o');
      const now = withCurrent(() => hub.states.get(DOOR));
      expectObservable(of(c!).pipe(now, textOf)).toBe('(oc|)');
      expectObservable(of(c!).pipe(now, textOf, take(1))).toBe('(o|)');
      expectObservable(throwError(() => oops).pipe(now)).toBe('#', undefined, oops);
    }));

  it('stops when the first values are enough', () =>
    marbles(({ hub, hot, expectObservable, expectSubscriptions }) => {
      const changes = hot('-c-', changesOf(hub, 'c', 'o'));
      hub.states.set('light.a', 'a');
      const now = withCurrent(() => hub.states.all());
      expectObservable(changes.pipe(now, textOf, take(1))).toBe('(o|)');
      expectSubscriptions(changes.subscriptions).toBe('(^!)');
    }));

  it('unsubscribes its source', () =>
    marbles(({ hub, hot, expectObservable, expectSubscriptions }) => {
      const changes = hot('-c-c-', changesOf(hub, 'c', 'o'));
      const now = withCurrent(() => hub.states.get(DOOR));
      expectObservable(changes.pipe(now, textOf), '^-!').toBe('oc---');
      expectSubscriptions(changes.subscriptions).toBe('^-!');
    }));

  it('passes on what `get` throws', () =>
    marbles(({ hot, expectObservable }) => {
      const now = withCurrent(() => {
        throw oops;
      });
      expectObservable(hot<StateChange>('-').pipe(now)).toBe('#', undefined, oops);
    }));

  it('ends with its owner, and does not complete', async () => {
    const hub = createTestHub();
    const scope = hub.scope.child('automation');
    hub.states.set(DOOR, 'on');
    const seen: string[] = [];
    hub
      .scoped(scope)
      .states.changes(DOOR)
      .pipe(
        withCurrent(() => hub.states.get(DOOR)),
        heldFor(5, 'on'),
      )
      .subscribe({ next: () => seen.push('next'), complete: () => seen.push('complete') });
    await scope.close();
    expect(hub.clock?.pendingCount).toBe(0);
    expect(hub.bus.listenerCounts()).toEqual({});
    await hub.stop();
    expect(seen).toEqual([]);
    expectNoLeaks(hub);
  });

  it('isolates its subscriber, also with the first value', () => {
    const hub = createTestHub();
    hub.states.set(DOOR, 'on');
    hub.states
      .changes(DOOR)
      .pipe(withCurrent(() => hub.states.get(DOOR)))
      .subscribe(() => {
        throw oops;
      });
    hub.states.set(DOOR, 'off');
    expect(hub.errors.map(({ error, source }) => [error, source])).toEqual([
      [oops, 'subscriber'],
      [oops, 'subscriber'],
    ]);
  });

  it('keeps the type', () => {
    const changes = new Subject<StateChange>();
    const stream = changes.pipe(withCurrent(() => undefined as State | undefined));
    expectTypeOf(stream).toEqualTypeOf<Observable<StateChange>>();
    expectTypeOf(withCurrent).parameter(0).returns.not.toBeAny();
  });

  it.each([undefined, 'light.a', {}])('refuses %p', (get) => {
    expect(() => withCurrent(get as never)).toThrow(InvalidOptionError);
    expect(() => withCurrent(get as never)).toThrow('Expected a function as `get`, got');
  });
});
