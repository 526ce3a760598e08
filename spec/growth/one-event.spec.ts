import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { callback, Context } from 'rxhome';
import { createTestHub } from 'rxhome/testing';
import { map, Subject, Subscriber } from 'rxjs';

// What an event costs, in things that can be counted. How long it takes is asked by `npm run bench`.

/** How many ids `run` has taken: one for each context, in virtual time numbered one after the other. */
function contextsMadeBy(run: () => void): number {
  const before = sequenceOf(new Context());
  run();
  return sequenceOf(new Context()) - before - 1;
}

function sequenceOf({ id }: Context): number {
  const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  return [...id.slice(10, 16)].reduce((sum, digit) => sum * 32 + alphabet.indexOf(digit), 0);
}

/** How often `run` calls a function that anybody can reach. */
function callsOf<T extends object>(of: T, name: keyof T & string, run: () => void): number {
  const spy = jest.spyOn(of as Record<string, () => unknown>, name);
  run();
  const { length } = spy.mock.calls;
  spy.mockRestore();
  return length;
}

afterEach(() => {
  jest.restoreAllMocks();
});

describe('an event among 10,000 listeners whom it does not concern', () => {
  it('visits those whom it concerns, and asks no filter of the others', () => {
    const hub = createTestHub();
    let [visits, asked] = [0, 0];
    const filter = (): boolean => asked++ < 0;
    const visit = (): number => visits++;
    const all: { unsubscribe(): void }[] = [];
    const listen = (type: string, options = {}): void => {
      all.push({ unsubscribe: hub.bus.listen(type, visit, options) });
    };
    for (let i = 0; i < 5_000; i++) {
      listen(`type_${i}`, { filter });
      all.push(hub.states.changes(`sensor.number_${i}`).subscribe(visit));
      all.push(hub.states.changes({ domain: `domain_${i}` }).subscribe(visit));
    }
    listen('door_opened');
    listen('other_door_opened', { filter });
    hub.bus.fire('door_opened');
    expect([visits, asked]).toEqual([1, 0]);
    hub.states.set('sensor.number_77', 'on');
    expect([visits, asked]).toEqual([2, 0]);
    hub.states.set('domain_77.a', 'on');
    expect([visits, asked]).toEqual([3, 0]);
    hub.states.set('switch.unknown', 'on');
    expect([visits, asked]).toEqual([3, 0]);
    for (const one of all) one.unsubscribe();
    expect(hub.bus.listenerCounts()).toEqual({});
  });

  it('is not made at all when it concerns nobody', () => {
    const hub = createTestHub({ leaks: 'ignore' });
    for (let i = 0; i < 1_000; i++) hub.bus.listen(`type_${i}`, () => undefined);
    expect(contextsMadeBy(() => hub.bus.fire('door_opened'))).toBe(0);
    hub.bus.listen('door_opened', () => undefined);
    expect(contextsMadeBy(() => hub.bus.fire('door_opened'))).toBe(1);
  });
});

describe('what an event is made of', () => {
  it('is one context and one look at the clock, however many listen', () => {
    const hub = createTestHub({ leaks: 'ignore' });
    for (let i = 0; i < 100; i++) hub.bus.listen('door_opened', () => undefined);
    const fire = (): void => hub.bus.fire('door_opened');
    expect(contextsMadeBy(fire)).toBe(1);
    expect(callsOf(Date, 'now', fire)).toBe(1);
  });

  it('is one context, one look at the clock and one frozen state for a write', () => {
    const hub = createTestHub({ leaks: 'ignore' });
    hub.bus.listen('state_changed', () => undefined);
    hub.states.set('sensor.a', 0, { unit: 'W', list: [1, { deep: true }] });
    const attributes = hub.states.get('sensor.a')!.attributes;
    let n = 0;
    const write = (): void => hub.states.set('sensor.a', ++n, attributes);
    expect(contextsMadeBy(write)).toBe(1);
    expect(callsOf(Date, 'now', write)).toBe(1);
    expect(callsOf(Object, 'freeze', write)).toBe(1);
    expect(callsOf(Object, 'keys', write)).toBe(0);
    expect(hub.states.get('sensor.a')!.attributes).toBe(attributes);
  });
});

describe('rxjs', () => {
  it('is not on the way to a listener or a subscriber; in a pipeline, only its operators are', () => {
    const hub = createTestHub({ leaks: 'ignore' });
    // Before anybody subscribes, or what is bound then would not be seen.
    const subject = jest.spyOn(Subject.prototype, 'next');
    const subscriber = jest.spyOn(Subscriber.prototype, 'next');
    let heard = 0;
    hub.bus.listen('a', () => heard++);
    hub.bus.listen(
      'a',
      callback(() => heard++),
    );
    hub.bus.on('a').subscribe(() => heard++);
    hub.bus.on('a').subscribe({ next: () => heard++ });
    hub.states.changes('sensor.a').subscribe(() => heard++);
    hub.bus.fire('a');
    hub.states.set('sensor.a', 1);
    expect(heard).toBe(5);
    expect([subject, subscriber].map(({ mock }) => mock.calls.length)).toEqual([0, 0]);
    hub.bus
      .on('a')
      .pipe(map(() => heard++))
      .subscribe();
    hub.bus.fire('a');
    expect(heard).toBe(10);
    expect([subject, subscriber].map(({ mock }) => mock.calls.length)).toEqual([0, 2]);
  });
});
