import { describe, it } from '@jest/globals';
import { expectTypeOf } from 'expect-type';
import { type BusEvent, type State, type StateChange } from 'rxhome';
import { changedTo, heldFor, ofType } from 'rxhome/operators';
import { createTestHub } from 'rxhome/testing';
import type { Observable } from 'rxjs';

describe('the types of states', () => {
  it('know that a state may be missing, and that it cannot be changed', () => {
    const { states } = createTestHub();
    expectTypeOf(states.get('light.a')).toEqualTypeOf<State | undefined>();
    expectTypeOf(states.all('light')).toEqualTypeOf<State[]>();
    expectTypeOf<State['attributes']>().toEqualTypeOf<Readonly<Record<string, unknown>>>();
    expectTypeOf(states.watch('light.a')).toEqualTypeOf<Observable<State | undefined>>();
    expectTypeOf(states.changes('light.a')).toEqualTypeOf<Observable<StateChange>>();
    expectTypeOf<StateChange>().toEqualTypeOf<BusEvent<'state_changed'>>();
    const misuse = (state: State): void => {
      // @ts-expect-error states are replaced, never changed
      state.state = 'on';
      // @ts-expect-error attributes neither
      state.attributes['a'] = 1;
      // @ts-expect-error a state has no undefined
      states.set('light.a', undefined);
      // @ts-expect-error nor is it an object
      states.set('light.a', {});
      // @ts-expect-error camelCase in TypeScript
      states.set('light.a', 'on', {}, { force_update: true });
      // @ts-expect-error by id, ids, domain or predicate
      void states.changes({ entity: 'light.a' });
    };
    expectTypeOf(misuse).toBeFunction();
  });

  it('go through the operators', () => {
    const { bus, states } = createTestHub();
    expectTypeOf(bus.on('*').pipe(ofType('state_changed'))).toEqualTypeOf<
      Observable<BusEvent<'state_changed'>>
    >();
    expectTypeOf(states.changes().pipe(changedTo('on'), heldFor(5, 'on'))).toEqualTypeOf<
      Observable<StateChange>
    >();
    const misuse = (): void => {
      // @ts-expect-error events of another type have no states
      void bus.on('component_loaded').pipe(changedTo('on'));
      // @ts-expect-error durations are milliseconds
      heldFor('5m', 'on');
    };
    expectTypeOf(misuse).toBeFunction();
  });
});
