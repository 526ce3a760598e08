// An automation as a user writes it: light in the hall while somebody moves, and three minutes more.
// Its test stands beside it; `npm run examples 07` runs it.
import { type Hub, type Task } from 'rxhome';
import { changedTo, heldFor, runAction } from 'rxhome/operators';

export function hallLight(hub: Hub, offAfterMs = 3 * 60_000): void {
  const call = (service: string): Task<void> =>
    hub.services.call('light', service, {}, { target: { entityId: 'light.hall' } });
  const lightOn = (): Task<void> => call('turn_on');
  const lightOff = (): Task<void> => call('turn_off');

  const motion = hub.states.changes('binary_sensor.hall_motion');
  motion.pipe(changedTo('on'), runAction(lightOn)).subscribe();
  motion.pipe(heldFor(offAfterMs, 'off'), runAction(lightOff)).subscribe();
}
