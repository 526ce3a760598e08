import { type Figures, inProcess, program, survey } from './harness/survey.js';

const NOBODY = 'nobody looks';

const home = (watcher: string) => () =>
  inProcess('--expose-gc', '--import', 'tsx', program('whole-home.ts'), watcher);

const watchers: Record<string, () => Promise<Figures>> = {
  'a subscriber of activity$': home('activity'),
  'the inspector, a client reads': home('page'),
};

export default survey<string>({
  name: 'a whole home: 1,000 entities, 200 automations, 20 coordinators, one million changes',
  work: 'home',
  rounds: 5,
  columns: [
    { key: 'ns', title: 'ns/change', unit: 'ns' },
    { key: 'rate', title: 'events/s', unit: '/s' },
    { key: 'p50', title: 'cause to effect, median ms', unit: 'ms' },
    { key: 'p99', title: 'p99 ms', unit: 'ms' },
    { key: 'runs', title: 'runs', unit: '' },
    { key: 'bytes', title: 'B retained', unit: 'B' },
    { key: 'read', title: 'B read', unit: 'B' },
  ],
  goals: Object.keys(watchers).map((rival) => ({
    what: `with ${rival}, against nobody`,
    rival,
    of: NOBODY,
    atMost: 1.1,
  })),
  variants: { [NOBODY]: home('nobody'), ...watchers },
  note: `A process each, as a home runs: watchdog on, causes known over \`await\`. Changes are written as fast
as the hub takes them, 100 at a time, then the loop turns. Every tenth time that one of 200 entities is
set, an automation of the built-in integration calls a service, which sets a light; cause to effect is
from that write to the subscriber of the light, under full load, so it is mostly the wait for the turn
in which the automation goes on. Coordinators poll ten times a second and set 100 entities. The reader of
the inspector's feed is a process of its own.`,
});
