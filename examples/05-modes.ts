// Modes: what happens when an action still runs and the next value comes.
// Run it: npm run examples 05
import { Hub, sleep } from 'rxhome';
import { type ActionMode, runAction } from 'rxhome/operators';

const hub = new Hub();

async function ring(mode: ActionMode): Promise<void> {
  const rung: string[] = [];
  const subscription = hub.bus
    .on('chime_wanted')
    .pipe(
      runAction(
        async ({ data }, signal) => {
          await sleep(20, { signal }); // a melody takes its time
          rung.push(String(data['by']));
        },
        { mode },
      ),
    )
    .subscribe();

  for (const by of ['Ada', 'Ben', 'Cleo']) hub.bus.fire('chime_wanted', { by });
  await sleep(100);
  subscription.unsubscribe();
  console.log(`${mode}: ${rung.join(', ')}`);
}

await ring('single');
//=> single: Ada
await ring('restart');
//=> restart: Cleo
await ring('queued');
//=> queued: Ada, Ben, Cleo
await ring('parallel');
//=> parallel: Ada, Ben, Cleo

await hub.stop();
