// An automation as an integration: it is set up, works, and leaves nothing behind.
// Run it: npm run examples 03
import { defineIntegration, Hub, sleep } from 'rxhome';
import { heldFor } from 'rxhome/operators';

const doorLeftOpen = defineIntegration({
  domain: 'door_left_open',
  setupEntry(hub, entry) {
    const { door, afterMs } = entry.data as { door: string; afterMs: number };

    // What is subscribed through this hub belongs to the entry: there is nothing to clean up.
    hub.states
      .changes(door)
      .pipe(heldFor(afterMs, 'on'))
      .subscribe(({ data }) => console.log(`${data.newState?.name} has been left open`));

    console.log(`watching ${door}`);
  },
});

const hub = new Hub();
hub.configEntries.registerIntegration(doorLeftOpen);
await hub.start();

const data = { door: 'binary_sensor.fridge', afterMs: 50 };
const entry = await hub.configEntries.add({ domain: 'door_left_open', data });
//=> watching binary_sensor.fridge

const fridge = (state: string): void =>
  hub.states.set('binary_sensor.fridge', state, { friendly_name: 'The fridge' });

fridge('on');
fridge('off'); // closed in time
await sleep(100);

fridge('on');
await sleep(100);
//=> The fridge has been left open

fridge('off');
fridge('on');
await hub.configEntries.unload(entry.entryId); // the wait that is under way ends with it
await sleep(100);

console.log(`${entry.state}, ${Object.keys(hub.bus.listenerCounts()).length} listeners left`);
//=> not_loaded, 0 listeners left

await hub.stop();
