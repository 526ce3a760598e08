import { inProcess, program, survey } from './harness/survey.js';

const load = (name: string) => () => inProcess(program('import.mjs'), name);
const effect = new URL('rivals/node_modules/effect/dist/index.js', import.meta.url).href;

export default survey({
  name: 'import, in a process of its own',
  work: 'start',
  rounds: 15,
  columns: [{ key: 'ms', title: 'ms', unit: 'ms' }],
  goals: [{ what: 'import of rxhome', rival: 'rxhome', atMost: 60 }],
  variants: {
    nothing: load(''),
    rxjs: load('rxjs'),
    rxhome: load('rxhome'),
    'rxhome/integrations': load('rxhome/integrations'),
    effect: load(effect),
  },
  note: `Processes in turns. Of \`rxhome\`, \`rxjs\` is a good part: its CommonJS build is 200 files, which Node
reads one by one.`,
});
