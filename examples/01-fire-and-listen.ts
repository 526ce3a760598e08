// The bus: one order for everybody, and one bad listener harms nobody.
// Run it: npm run examples 01
import { Hub } from 'rxhome';

declare module 'rxhome' {
  interface EventMap {
    doorbell_pressed: { readonly door: string };
    chime_played: { readonly melody: string };
  }
}

const hub = new Hub({ logger: { ...console, error: (message) => console.log(message) } });

hub.bus.listen('doorbell_pressed', function chime({ data }) {
  console.log(`somebody is at the ${data.door} door`);
  hub.bus.fire('chime_played', { melody: 'ding dong' });
});

hub.bus.listen('doorbell_pressed', function broken() {
  throw new Error('the camera is offline');
});

// Every event, in the order in which things happened: the cause before its effect.
hub.bus.listen('*', ({ type }) => console.log(`  ${type}`));

hub.bus.fire('doorbell_pressed', { door: 'front' });
//=> somebody is at the front door
//=> listener `broken` of hub failed: the camera is offline
//=>   doorbell_pressed
//=>   chime_played

await hub.stop();
//=>   homeassistant_stop
//=>   homeassistant_final_write
