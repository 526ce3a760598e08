// The house: which folder of src may know which. Type imports count like all others.
// A folder imports from lower floors only. On the ground floor neighbours may know each other.

const GROUND = 0;
const FLOORS = {
  errors: GROUND,
  clock: GROUND,
  ownership: GROUND,
  causality: GROUND,
  concurrency: 0.5,

  events: 1,
  states: 2,
  operators: 3,

  executor: 1,
  jobs: 2,
  timeouts: 2,

  listeners: 4,
  'hub-api': 5,
  lifecycle: 6,
  http: 6,
  storage: 6,
  services: 7,
  'config-entries': 8,
  coordinators: 9,
  entities: 10,
  tracking: 10,
  diagnostics: 10,
  hub: 11,
  testing: 12,
};

// The two halves never meet: a stream knows nothing of work, and work nothing of streams.
const STREAMS = ['events', 'states', 'operators'];
const WORK = ['executor', 'jobs', 'timeouts'];

// Outbuildings: they see of the house what a user of the package sees.
const ADAPTERS = ['integrations', 'inspector', 'cli'];

// Third-party packages, and the only place that knows each.
const PACKAGES = {
  rxjs: '^src/',
  tinypool: '^src/executor/one-thread-pool\\.ts$',
  croner: '^src/tracking/track-cron\\.ts$',
  suncalc: '^src/tracking/sun-times\\.ts$',
  '@jest/globals': '^src/testing/jest\\.ts$',
  vitest: '^src/testing/vitest\\.ts$',
  'lru-cache': '^src/concurrency/cache-async\\.ts$',
  'write-file-atomic': '^src/storage/write-whole\\.ts$',
  undici: '^src/http/undici-transport\\.ts$',
  systeminformation: '^src/integrations/system-monitor',
  mqtt: '^src/integrations/mqtt/mqtt-client\\.ts$',
  aedes: '^src/integrations/mqtt/embedded-broker\\.ts$',
  zod: '^src/(integrations|cli)/',
  yaml: '^src/cli/',
  preact: '^src/inspector/page/',
  esbuild: '^src/inspector/build-page\\.ts$',
  commander: '^src/cli/',
  picocolors: '^src/cli/',
};

const TYPES_ONLY = ['type-only', 'type-import'];
const THROUGH_A_DOOR = ['undetermined']; // a package that imports itself by its name
const OPERATORS_DOOR = '^src/operators/index\\.ts$';

const folders = (names) => `^src/(${names.join('|')})/`;
const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

/** One rule per folder, with everything that is not below it. */
function floorRules() {
  return Object.entries(FLOORS).flatMap(([folder, floor]) => {
    const notBelow = Object.keys(FLOORS).filter(
      (other) =>
        other !== folder &&
        (FLOORS[other] > floor || (FLOORS[other] === floor && floor !== GROUND)),
    );
    if (notBelow.length === 0) return [];
    return rule(
      `${folder}-looks-down-only`,
      `src/${folder} is on floor ${floor}: it imports from lower floors only.`,
      { path: folders([folder]), pathNot: OPERATORS_DOOR },
      { path: folders(notBelow) },
    );
  });
}

/** One rule per package: not outside its place. */
function packageRules() {
  return Object.entries(PACKAGES).map(([name, place]) =>
    rule(
      `${name}-has-one-place`,
      `\`${name}\` is imported in ${place} only.`,
      { path: '^src/', pathNot: place },
      { path: `node_modules/${name}/` },
    ),
  );
}

/** One rule per adapter: what is not its own comes from a door, by the name of the package. */
function adapterRules() {
  return ADAPTERS.map((adapter) =>
    rule(
      `${adapter}-is-a-user`,
      `src/${adapter} imports 'rxhome' and its other doors by name. If one lacks something, mend the door.`,
      { path: folders([adapter]) },
      { path: '^src/', pathNot: folders([adapter]), dependencyTypesNot: THROUGH_A_DOOR },
    ),
  );
}

/** A file of a folder that is in no table: it imports, is imported, or stands alone. */
function newFolderRules() {
  const known = [...Object.keys(FLOORS), ...ADAPTERS].join('|');
  const path = `^src/(?!(${known})/|index\\.ts$)`;
  const comment = 'A new folder of src needs a line in the table of floors.';
  return [
    rule('every-folder-has-a-floor', comment, { path }, {}),
    rule('every-folder-has-a-floor', comment, {}, { path }),
    rule('every-folder-has-a-floor', comment, { path, orphan: true }, {}),
  ];
}

module.exports = {
  forbidden: [
    ...floorRules(),
    ...adapterRules(),
    ...packageRules(),

    ...newFolderRules(),

    rule(
      'streams-know-no-work',
      'Only listeners and above know both halves.',
      { path: folders(STREAMS), pathNot: OPERATORS_DOOR },
      { path: folders(WORK) },
    ),
    rule(
      'work-knows-no-streams',
      'Only listeners and above know both halves.',
      { path: folders(WORK) },
      { path: folders(STREAMS) },
    ),
    rule(
      'operators-know-only-types-of-events-and-states',
      'An operator works on any stream, without a bus or a state machine behind it.',
      // `untilUnload` makes any stream one of ours, and `withCurrent` makes a change of a state.
      { path: folders(['operators']), pathNot: '^src/operators/(until-unload|with-current)\\.ts$' },
      { path: folders(['events', 'states']), dependencyTypesNot: TYPES_ONLY },
    ),
    rule(
      'operators-door-stops-at-the-hinge',
      'It adds to the operators the two that start work, and no hub.',
      { path: OPERATORS_DOOR },
      { path: '^src/', pathNot: folders(['operators', 'listeners', 'events', 'states']) },
    ),
    rule(
      'hub-api-is-types-only',
      'It says what may be asked of a hub; how it is done stands elsewhere.',
      { path: folders(['hub-api']) },
      { path: '.', pathNot: folders(['hub-api']), dependencyTypesNot: TYPES_ONLY },
    ),
    rule(
      'inside-one-does-not-use-the-doors',
      'Inside the house import the file that has it, not an index.ts.',
      { path: folders(Object.keys(FLOORS)) },
      { path: ['^src/index\\.ts$', '^src/.+/index\\.ts$'] },
    ),
    rule(
      'house-knows-no-adapter',
      'Adapters are users: nothing leans on them.',
      { path: '^src/', pathNot: folders(ADAPTERS) },
      { path: folders(ADAPTERS) },
    ),

    rule(
      'every-package-has-a-place',
      'A package that src imports needs a line in the table of packages, and a reason in docs/decisions.',
      { path: '^src/' },
      { path: 'node_modules/', pathNot: `node_modules/(${Object.keys(PACKAGES).join('|')})/` },
    ),
    rule(
      'rxjs-from-its-root-only',
      "Import from 'rxjs'. Only src/testing drives its test scheduler and its inner clocks.",
      { path: '^src/', pathNot: folders(['testing']) },
      { path: 'node_modules/rxjs/', pathNot: 'node_modules/rxjs/dist/[^/]+/index\\.' },
    ),
    rule(
      'src-stands-alone',
      'What is shipped does not need what is not.',
      { path: '^src/' },
      { path: '^(spec|examples|bench|docs|dist|coverage)/' },
    ),
    // A hub has entries and an entry has a hub: the types of hub-api name each other as the things do.
    rule('no-cycles', 'Types included.', { pathNot: '^src/hub-api/' }, { circular: true }),
    rule('no-unknown-imports', 'It cannot be found.', {}, { couldNotResolve: true }),
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['rxhome-source', 'import', 'node', 'default', 'types'],
    },
  },
};
