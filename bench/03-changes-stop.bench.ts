import { Hub } from 'rxhome';
import { survey, type Figures } from './harness/survey.js';
import { entityIds, hear } from './subjects/homes.js';

/** Nanoseconds of the stop for each subscriber that is there. */
async function stop(entities: number): Promise<Figures> {
  const hub = new Hub();
  for (const id of entityIds(entities)) hub.states.changes(id).subscribe(hear);
  const from = performance.now();
  await hub.stop();
  return { ns: ((performance.now() - from) * 1e6) / entities };
}

export default survey({
  name: 'hub.stop() with one subscriber for each of so many entities',
  work: 'changes',
  columns: [{ key: 'ns', title: 'ns/subscriber', unit: 'ns' }],
  goals: [{ what: 'hub.stop(), 8,000 against 2,000', rival: '8,000', of: '2,000', atMost: 1.5 }],
  variants: {
    '500, not compiled yet': () => stop(500),
    '2,000': () => stop(2000),
    '8,000': () => stop(8000),
  },
});
