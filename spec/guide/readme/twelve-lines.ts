// #region twelve-lines
import { Hub } from 'rxhome';
import { changedTo, heldFor } from 'rxhome/operators';

const hub = new Hub();
await hub.start();

hub.states
  .changes('binary_sensor.hall_motion')
  .pipe(changedTo('on'))
  .subscribe(() => hub.states.set('light.hall', 'on'));

hub.states
  .changes('binary_sensor.front_door')
  .pipe(heldFor(5 * 60_000, 'on'))
  .subscribe(({ data }) => console.log(`${data.newState?.name} has been open for five minutes`));
// #endregion

export { hub };
