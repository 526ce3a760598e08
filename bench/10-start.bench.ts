import { inProcess, program, survey } from './harness/survey.js';

const start = (option: string) => () => inProcess(program('start-hub.mjs'), option);

export default survey({
  name: '`new Hub()` to running, in a process of its own',
  work: 'start',
  rounds: 15,
  columns: [{ key: 'ms', title: 'ms', unit: 'ms' }],
  goals: [
    { what: 'new Hub() to running', rival: 'as it is', atMost: 30 },
    { what: 'new Hub() to running, watchdog: false', rival: 'watchdog: false', atMost: 30 },
  ],
  variants: { 'as it is': start('watchdog'), 'watchdog: false': start('') },
  note: `Not counted is the import. With the watchdog a thread is started, for which the hub does not wait.`,
});
