import { it } from '@jest/globals';
import { heldFor, runAction } from 'rxhome/operators';
import { marbles, mockService } from 'rxhome/testing';
import { debounceTime, map } from 'rxjs';
import { hallLight } from './hall-light.js';

// #region words
it('waits three minutes', () =>
  marbles(({ hub, at, expectStates }) => {
    hub.states.set('light.hall', 'off');
    hallLight(hub);
    at('5s', () => hub.states.set('binary_sensor.hall_motion', 'on'));
    expectStates('light.hall').toBe('off 5s on 3m off');
  }));
// #endregion

// #region streams
it('takes a flurry of clicks for one', () =>
  marbles(({ hot, expectObservable }) => {
    const clicks = hot('           -a-b-c-----d|');
    const settled = clicks.pipe(debounceTime(4));
    expectObservable(settled).toBe('---------c--(d|)');
  }));
// #endregion

// #region open
it('tells what was left open', () =>
  marbles(({ hub, at, expectObservable }) => {
    const door = hub.states.changes('binary_sensor.fridge');
    const forgotten = door.pipe(
      heldFor(60_000, 'on'),
      map(({ data }) => data.entityId),
    );
    at('2m', () => hub.states.set('binary_sensor.fridge', 'on'));
    expectObservable(forgotten).toBe('3m f', { f: 'binary_sensor.fridge' });
  }));
// #endregion

// #region bus
it('rings the phone, and reports when it cannot', () =>
  marbles(async ({ hub, advance, expectEvents, expectServiceCalls, expectErrors }) => {
    const ring = () => hub.services.call('notify', 'phone', { message: 'The bell!' });
    hub.bus
      .on('doorbell')
      .pipe(runAction(ring))
      .subscribe(() => hub.bus.fire('phone_rang'));
    expectServiceCalls('notify.phone').toBe('1m a 59999ms a', { a: { message: 'The bell!' } });
    expectEvents('phone_rang').toBe('1m p');
    expectErrors().toBe('2m e', { e: /no signal/ });

    await advance('1m');
    mockService(hub, 'notify', 'phone');
    hub.bus.fire('doorbell');
    await advance('1m');
    mockService(hub, 'notify', 'phone', new Error('no signal'));
    hub.bus.fire('doorbell');
  }));
// #endregion
