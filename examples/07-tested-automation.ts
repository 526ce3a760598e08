// A tested automation: light in the hall while somebody moves, and a while longer.
// Read 07-tested-automation/hall-light.ts and its spec first. Run it: npm run examples 07
import { Hub, sleep } from 'rxhome';
import { hallLight } from './07-tested-automation/hall-light.js';

const hub = new Hub();

// The light: it obeys, and says so.
const state = { turn_on: 'on', turn_off: 'off' };
for (const service of ['turn_on', 'turn_off'] as const)
  hub.services.register('light', service, () => hub.states.set('light.hall', state[service]));
hub.states
  .watch('light.hall')
  .subscribe((light) => console.log(`the light is ${light?.state ?? 'unknown'}`));
//=> the light is unknown

hallLight(hub, 100); // ms: here time is real; the spec waits its three minutes at once
const motion = (text: string): void => hub.states.set('binary_sensor.hall_motion', text);

motion('on');
//=> the light is on

motion('off');
motion('on'); // somebody is still there
await sleep(300);
console.log('still on');
//=> still on

motion('off');
await hub.bus.waitFor('state_changed', { timeoutMs: 10_000 });
//=> the light is off
console.log(hub.why('light.hall').sentence);
//=> light.hall became off at …, because call_service was fired at …, because binary_sensor.hall_motion became off at ….

await hub.stop();
