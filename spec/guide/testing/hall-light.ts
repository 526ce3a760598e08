// #region hall-light
import { type Hub, sleep } from 'rxhome';
import { changedTo, runAction } from 'rxhome/operators';

export function hallLight(hub: Hub): void {
  async function light(_: unknown, signal: AbortSignal): Promise<void> {
    hub.states.set('light.hall', 'on');
    await sleep(3 * 60_000, { signal });
    hub.states.set('light.hall', 'off');
  }
  hub.states
    .changes('binary_sensor.hall_motion')
    .pipe(changedTo('on'), runAction(light, { mode: 'restart' }))
    .subscribe();
}
// #endregion
