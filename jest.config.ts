/** @jest-config-loader esbuild-register */
import { availableParallelism } from 'node:os';
import type { Config } from 'jest';

const config: Config = {
  testEnvironment: 'node',
  // Many specs wait for threads and processes, so two share even two processors well.
  maxWorkers: Math.max(2, availableParallelism() - 1),
  // Modules of one spec stay in memory for the next, and specs that collect garbage become slow.
  workerIdleMemoryLimit: '400MB',
  testTimeout: 30_000, // a machine may be busy; what never ends has limits of its own
  // The specs, and the examples whose tests stand beside them.
  roots: ['<rootDir>/spec', '<rootDir>/examples'],
  testMatch: ['**/*.spec.ts'],
  testPathIgnorePatterns: ['<rootDir>/spec/browser/'],
  extensionsToTreatAsEsm: ['.ts'],
  // Specs import the doors as a user would, and get the sources behind them.
  moduleNameMapper: {
    '^rxhome$': '<rootDir>/src/index.ts',
    '^rxhome/worker$': '<rootDir>/src/executor/worker.ts',
    '^rxhome/testing/(jest|vitest)$': '<rootDir>/src/testing/$1.ts',
    '^rxhome/(operators|testing|integrations|inspector)$': '<rootDir>/src/$1/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  transform: { '^.+\\.ts$': ['ts-jest', { useESM: true }] },
};

export default config;
