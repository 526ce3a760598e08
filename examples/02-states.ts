// States: what is now, and what has just changed. And why.
// Run it: npm run examples 02
import { Hub } from 'rxhome';
import { changedTo } from 'rxhome/operators';

const hub = new Hub();

// A stream that begins with what is now. `undefined`: nobody has said anything yet.
hub.states
  .watch('light.hall')
  .subscribe((light) => console.log(`the light is ${light?.state ?? 'unknown'}`));
//=> the light is unknown

hub.states
  .changes('binary_sensor.hall_motion')
  .pipe(changedTo('on'))
  .subscribe(function lightOnMotion() {
    hub.states.set('light.hall', 'on', { brightness: 180 });
  });

hub.states.set('binary_sensor.hall_motion', 'on', { friendly_name: 'Hall motion' });
//=> the light is on

// Nobody passed a context along, and yet the light knows what it was switched on by.
const motion = hub.states.get('binary_sensor.hall_motion');
const light = hub.states.get('light.hall');
console.log(
  `because of ${light?.context.parentId === motion?.context.id ? motion?.name : 'nothing'}`,
);
//=> because of Hall motion

// The same again changes nothing: the state was only reported once more.
hub.states.set('light.hall', 'on', { brightness: 180 });
console.log(
  `changed ${hub.states.get('light.hall')?.lastChanged === light?.lastChanged ? 'once' : 'twice'}`,
);
//=> changed once

hub.states.set('light.hall', 'off');
//=> the light is off

await hub.stop();
