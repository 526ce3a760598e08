import { describe, it } from '@jest/globals';
import { expectTypeOf } from 'expect-type';
import { type BusEvent, type EventMap, MATCH_ALL, type State, type Unsubscribe } from 'rxhome';
import { createTestHub } from 'rxhome/testing';
import type { Observable } from 'rxjs';

declare module 'rxhome' {
  interface EventMap {
    /** As an integration in another package would write it. */
    spec_doorbell_pressed: { readonly button: 'front' | 'back'; readonly times?: number };
  }
}

// Checked by `tsc --noEmit`; what is called here is called with nothing that could fail.
describe('the types of events', () => {
  it('let a listener of `state_changed` know its data', () => {
    const { bus } = createTestHub();
    bus.listen('state_changed', (event) => {
      expectTypeOf(event).toEqualTypeOf<BusEvent<'state_changed'>>();
      expectTypeOf(event.data.entityId).toEqualTypeOf<string>();
      expectTypeOf(event.data.newState).toEqualTypeOf<State | null>();
      expectTypeOf(event.data.oldState).toEqualTypeOf<State | null>();
      // @ts-expect-error it is called newState
      expectTypeOf(event.data.new_state).toBeAny();
    });
    bus.listenOnce('state_reported', ({ data }) => {
      expectTypeOf(data.oldLastReported).toEqualTypeOf<number>();
      expectTypeOf(data.newState).toEqualTypeOf<State>();
    });
    bus.listen('component_loaded', ({ data }) => expectTypeOf(data.component).toBeString());
  });

  it('make nothing `any` of a type that is in no map', () => {
    const { bus } = createTestHub();
    bus.listen('spec_unknown', ({ data }) => {
      expectTypeOf(data).toEqualTypeOf<Readonly<Record<string, unknown>>>();
      expectTypeOf(data['x']).toBeUnknown();
      expectTypeOf(data['x']).not.toBeAny();
      // @ts-expect-error unknown has no fields
      expectTypeOf(data['x'].y).toBeAny();
      // @ts-expect-error event data is not the listener's to change
      data['x'] = 1;
    });
    bus.listen(MATCH_ALL, (event) => {
      expectTypeOf(event).toEqualTypeOf<BusEvent>();
      expectTypeOf(event.data['x']).toBeUnknown();
    });
  });

  it('require the data of known types, and only theirs', () => {
    const { bus } = createTestHub();
    bus.fire('component_loaded', { component: 'sun' });
    bus.fire('homeassistant_start');
    bus.fire('spec_unknown');
    bus.fire('spec_unknown', { anything: 1 });
    const misuse = (): void => {
      // @ts-expect-error its data is required
      bus.fire('component_loaded');
      // @ts-expect-error of its own kind
      bus.fire('component_loaded', { component: 5 });
      // @ts-expect-error and nothing else
      bus.fire('component_loaded', { component: 'sun', more: 1 });
      // @ts-expect-error data is an object
      bus.fire('spec_unknown', 5);
      // @ts-expect-error an origin is local or remote
      bus.fire('spec_unknown', {}, { origin: 'mars' });
      // @ts-expect-error a type is text
      bus.fire(5);
    };
    expectTypeOf(misuse).toBeFunction();
  });

  it('are open for declaration merging', () => {
    const { bus } = createTestHub();
    expectTypeOf<EventMap>().toHaveProperty('spec_doorbell_pressed');
    bus.listen('spec_doorbell_pressed', ({ data }) => {
      expectTypeOf(data.button).toEqualTypeOf<'front' | 'back'>();
      expectTypeOf(data.times).toEqualTypeOf<number | undefined>();
    });
    bus.fire('spec_doorbell_pressed', { button: 'front' });
    const misuse = (): void => {
      // @ts-expect-error no such button
      bus.fire('spec_doorbell_pressed', { button: 'side' });
      // @ts-expect-error the button is required
      bus.fire('spec_doorbell_pressed', {});
    };
    expectTypeOf(misuse).toBeFunction();
  });

  it('are narrowed by a filter that is a type predicate', () => {
    const { bus } = createTestHub();
    type Appeared = BusEvent<'state_changed'> & { readonly data: { readonly newState: State } };
    const hasState = (event: BusEvent<'state_changed'>): event is Appeared =>
      event.data.newState !== null;
    expectTypeOf(bus.on('state_changed', hasState)).toEqualTypeOf<Observable<Appeared>>();
    bus.on('state_changed', hasState).subscribe(({ data }) => {
      expectTypeOf(data.newState).toExtend<State>();
    });
    expectTypeOf(bus.on('state_changed', () => true)).toEqualTypeOf<
      Observable<BusEvent<'state_changed'>>
    >();
  });

  it('go through `on`, `waitFor` and the handle that ends', () => {
    const { bus } = createTestHub();
    expectTypeOf(bus.on('spec_unknown')).toEqualTypeOf<Observable<BusEvent<'spec_unknown'>>>();
    expectTypeOf(bus.on(MATCH_ALL)).toEqualTypeOf<Observable<BusEvent>>();
    expectTypeOf(bus.waitFor('state_changed')).resolves.toEqualTypeOf<BusEvent<'state_changed'>>();
    expectTypeOf(bus.listen('spec_unknown', () => undefined)).toEqualTypeOf<Unsubscribe>();
    expectTypeOf<Unsubscribe>().toExtend<Disposable>();
    expectTypeOf<Unsubscribe>().toExtend<() => void>();
    const misuse = (): void => {
      bus.listen('state_changed', () => undefined, {
        // @ts-expect-error a filter gets the event of its type
        filter: ({ data }: BusEvent<'component_loaded'>) => data.component === '',
      });
      // @ts-expect-error options of time are numbers
      void bus.waitFor('a', { timeoutMs: '5s' });
    };
    expectTypeOf(misuse).toBeFunction();
  });
});
