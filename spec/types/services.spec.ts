import { describe, it } from '@jest/globals';
import { expectTypeOf } from 'expect-type';
import {
  callback,
  CoordinatorEntity,
  type DataUpdateCoordinator,
  Entity,
  type EntityState,
  type Hub,
  Job,
  type ServiceCall,
  type ServiceResponse,
  type Task,
  type Unsubscribe,
} from 'rxhome';
import { z } from 'zod';

declare const hub: Hub;
declare const weather: DataUpdateCoordinator<{ readonly celsius: number }>;

declare const texts: DataUpdateCoordinator<string>;

/** Looked at by the compiler only. */
const unrun = (look: () => unknown): unknown => look;

describe('the types of services', () => {
  it('tell what a call gives by whether it asks for an answer', () => {
    unrun(() => {
      const { call } = hub.services;
      expectTypeOf(call('a', 'b')).toEqualTypeOf<Task<void>>();
      expectTypeOf(call('a', 'b', {}, { timeoutMs: 5 })).toEqualTypeOf<Task<void>>();
      expectTypeOf(call('a', 'b', {}, { returnResponse: false })).toEqualTypeOf<Task<void>>();
      expectTypeOf(call('a', 'b', {}, { returnResponse: true })).toEqualTypeOf<
        Task<ServiceResponse>
      >();
      const either = { returnResponse: Math.random() > 0.5 };
      expectTypeOf(call('a', 'b', undefined, either)).toEqualTypeOf<Task<ServiceResponse | void>>();
      // @ts-expect-error -- data are values under names
      void call('a', 'b', 7);
      // @ts-expect-error -- milliseconds are a number
      void call('a', 'b', {}, { timeoutMs: '5s' });
    });
  });

  it('know the data of a handler from the schema', () => {
    unrun(() => {
      const schema = z.object({ for: z.coerce.number() }).transform((data) => data.for);
      const end = hub.services.register(
        'a',
        'b',
        ({ data }) => expectTypeOf(data).toEqualTypeOf<number>(),
        { schema },
      );
      expectTypeOf(end).toEqualTypeOf<Unsubscribe>();
      hub.services.register('a', 'b', (given) => expectTypeOf(given).toEqualTypeOf<ServiceCall>());
    });
  });

  it('take handlers of every kind', () => {
    unrun(() => {
      hub.services.register('a', 'b', async () => ({ is: 1 }));
      hub.services.register(
        'a',
        'b',
        callback(() => undefined),
      );
      hub.services.register('a', 'b', new Job(() => undefined));
      hub.services.register('a', 'b', new Job(({ data }: ServiceCall) => data));
      // @ts-expect-error -- a handler is a function or a job
      hub.services.register('a', 'b', 'turn_on');
      // @ts-expect-error -- one of three words
      hub.services.register('a', 'b', () => undefined, { supportsResponse: 'always' });
    });
  });
});

describe('the types of entities', () => {
  it('let each property be a field here and a getter there', () => {
    class Fields extends Entity {
      override name = 'Meter';
      override uniqueId = 'meter';
      override state = 5;
      override attributes = { unit: 'W' };
      override available = true;
      override shouldPoll = false;
      override forceUpdate = true;
    }
    class Getters extends Entity {
      override get name(): string {
        return 'Meter';
      }
      override get uniqueId(): null {
        return null;
      }
      override get state(): EntityState {
        return this.entityId ?? null;
      }
      override get attributes(): Readonly<Record<string, unknown>> {
        return {};
      }
      override get available(): boolean {
        return this.isAdded;
      }
      override get shouldPoll(): boolean {
        return false;
      }
    }
    expectTypeOf(new Fields().state).toEqualTypeOf<number>();
    expectTypeOf<Getters>().toExtend<Entity>();
    expectTypeOf(new Getters().update).toEqualTypeOf<Entity['update']>();
    unrun(() => {
      class Wrong extends Entity {
        // @ts-expect-error -- a state is text, a number, a boolean or null
        override state = { on: true };
      }
      return Wrong;
    });
  });

  it('know the data of a coordinator', () => {
    class Outside extends CoordinatorEntity<{ readonly celsius: number }> {
      override get state(): number | null {
        return this.coordinator.data?.celsius ?? null;
      }
    }
    unrun(() => {
      expectTypeOf(new Outside(weather).coordinator).toEqualTypeOf<typeof weather>();
      // @ts-expect-error -- of another kind of data
      return new Outside(texts);
    });
  });
});
