import js from '@eslint/js';
import rxjs from 'eslint-plugin-rxjs-x';
import { defineConfig } from 'eslint/config';
import ts from 'typescript-eslint';

const CLOCK = [
  'Date',
  'performance',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'clearTimeout',
  'clearInterval',
  'clearImmediate',
];
const USE_THE_CLOCK = 'Time goes through src/clock, or rxhome/testing cannot make it virtual.';

const TIMER_MODULES = ['timers', 'timers/promises', 'node:timers', 'node:timers/promises'].map(
  (name) => ({ name, message: USE_THE_CLOCK }),
);
const PERFORMANCE = ['perf_hooks', 'node:perf_hooks'].map((name) => ({
  name,
  importNames: ['performance'],
  message: USE_THE_CLOCK,
}));
const RXJS_INTERNAL = {
  group: ['rxjs/internal/**'],
  message: 'Internals of rxjs change without notice; only src/testing/virtual-clock.ts needs them.',
};
const PACKAGE_SOURCES = {
  regex: '^\\.\\./(\\.\\./)*src/',
  message: 'Import `rxhome` as a user would: this is what a user reads and copies.',
};

export default defineConfig(
  { ignores: ['dist/', 'coverage/', 'bench/results/', '.rxhome/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: {
      globals: Object.fromEntries(
        [...Object.getOwnPropertyNames(globalThis), 'require', 'module', '__dirname'].map(
          (name) => [name, 'readonly'],
        ),
      ),
    },
  },

  {
    name: 'rxhome/typescript',
    files: ['**/*.{ts,tsx}'],
    extends: [ts.configs.strictTypeChecked, rxjs.configs.recommended],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      'rxjs-x/no-floating-observables': 'error',

      // A property that holds a stream is read like a value, so its name has to say what it is.
      // A method's name is a verb, and a parameter's type stands beside it.
      'rxjs-x/finnish': [
        'error',
        {
          properties: true,
          functions: false,
          methods: false,
          parameters: false,
          variables: false,
          objects: false,
          // Subjects are private and are not streams to their class but the end it writes to.
          types: { '^(Behavior|Replay|Async)?Subject$': false },
        },
      ],
      'rxjs-x/no-exposed-subjects': 'error',

      // A number in a message reads as one expects; what the rule is for is `[object Object]`.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // `() => clearTimeout(handle)` returns nothing, and nobody thinks that it does.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // `async` alone makes a rejection of what is thrown, as who awaits a promise expects.
      '@typescript-eslint/require-await': 'off',
      // Marbles and ids are read character by character.
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      // `void | Promise<void>` is how one says that a callback may take its time.
      '@typescript-eslint/no-invalid-void-type': 'off',
      // Callers in JavaScript pass what no type allows, so the checks of arguments stay.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // An interface without members is a place where users add theirs; no data is data too.
      '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'always' }],
      '@typescript-eslint/no-generated-empty-object-type': 'off',
      // Two overloads that say different things stay two, also when one union could hold both.
      '@typescript-eslint/unified-signatures': [
        'error',
        { ignoreDifferentlyNamedParameters: true, ignoreOverloadsWithDifferentJSDoc: true },
      ],
      // What a third party threw, and the reason of a signal, are passed on as they are.
      '@typescript-eslint/only-throw-error': [
        'error',
        { allowThrowingAny: true, allowThrowingUnknown: true },
      ],
      '@typescript-eslint/prefer-promise-reject-errors': [
        'error',
        { allowThrowingAny: true, allowThrowingUnknown: true },
      ],
      'no-restricted-imports': ['error', { patterns: [RXJS_INTERNAL] }],
    },
  },

  {
    name: 'rxhome/src',
    files: ['src/**/*.{ts,tsx}'],
    rules: {
      // A longer file holds a second idea.
      'max-lines': ['error', { max: 250, skipBlankLines: false, skipComments: false }],
      // A named export has one name, everywhere.
      'no-restricted-exports': [
        'error',
        {
          restrictDefaultExports: {
            direct: true,
            named: true,
            defaultFrom: true,
            namedFrom: true,
            namespaceFrom: true,
          },
        },
      ],
      'no-restricted-globals': [
        'error',
        {
          globals: CLOCK.map((name) => ({ name, message: USE_THE_CLOCK })),
          checkGlobalObject: true,
          globalObjects: ['global'],
        },
      ],
      'no-restricted-imports': [
        'error',
        { paths: [...TIMER_MODULES, ...PERFORMANCE], patterns: [RXJS_INTERNAL] },
      ],
    },
  },
  {
    name: 'rxhome/the clock itself, and the virtual one',
    files: ['src/clock/**/*.ts', 'src/testing/**/*.ts'],
    rules: { 'no-restricted-globals': 'off' },
  },
  {
    // A browser has no src/clock, and nobody makes its time virtual.
    name: 'rxhome/the page',
    files: ['src/inspector/page/**/*.{ts,tsx}'],
    rules: { 'no-restricted-globals': 'off' },
  },
  {
    name: 'rxhome/testing takes globals away and gives them back',
    files: ['src/testing/**/*.ts'],
    rules: { '@typescript-eslint/no-dynamic-delete': 'off' },
  },
  {
    // TestScheduler can be driven step by step only through what it hands to rxjs inside.
    name: 'rxhome/the one user of internals of rxjs',
    files: ['src/testing/virtual-clock.ts'],
    rules: { 'no-restricted-imports': 'off', 'rxjs-x/no-internal': 'off' },
  },
  {
    // The bus is an Observable of its own make: subscribing to it goes past rxjs' Subscriber.
    name: 'rxhome/the one subclass of Observable',
    files: [
      'src/events/bus-observable.ts',
      'src/events/final-subscriber.ts',
      'src/listeners/action-subscriber.ts',
    ],
    rules: { '@typescript-eslint/no-deprecated': 'off' },
  },
  {
    // `export default defineIntegration({ ... })` is how users write an integration.
    name: 'rxhome/integrations',
    files: ['src/integrations/**/*.ts'],
    rules: { 'no-restricted-exports': 'off' },
  },

  {
    name: 'rxhome/code of a user',
    files: ['spec/**/*.ts', 'examples/**/*.ts', 'bench/**/*.ts'],
    rules: {
      // Leaving a task unawaited is meant to be safe: the hub tracks it and reports how it ended.
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafePromises: [{ from: 'file', name: 'Task' }],
          // `node:test` waits for its tests by itself.
          allowForKnownSafeCalls: [{ from: 'package', package: 'node:test', name: ['it', 'test'] }],
        },
      ],
    },
  },
  {
    name: 'rxhome/examples',
    files: ['examples/**/*.ts'],
    rules: {
      'no-restricted-imports': ['error', { patterns: [RXJS_INTERNAL, PACKAGE_SOURCES] }],
    },
  },
  {
    // A spec pokes: it knows what is there, calls wrongly on purpose, and stubs with little.
    name: 'rxhome/spec',
    files: ['spec/**/*.ts', 'bench/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/only-throw-error': 'off',
      '@typescript-eslint/prefer-promise-reject-errors': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
);
