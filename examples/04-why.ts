// Why: the chain of causes is kept by itself, over await, tasks and worker threads.
// Run it: npm run examples 04
import { Hub, sleep } from 'rxhome';

const hub = new Hub();

hub.bus.listen('button_pressed', async () => {
  await sleep(10); // the cause is still known afterwards
  hub.states.set('scene.evening', 'on');
});

hub.states.changes('scene.evening').subscribe(() => hub.states.set('light.hall', 'on'));

hub.bus.fire('button_pressed', { button: 'hall' });
await hub.blockTillDone();

const why = hub.why('light.hall');
console.log(why.steps.map(({ type, entityId }) => entityId ?? type).join(' → '));
//=> button_pressed → scene.evening → light.hall

console.log(why.sentence);
//=> light.hall became on at …, because scene.evening became on at …, because button_pressed was fired at ….

await hub.stop();
