/** @jest-config-loader esbuild-register */
import type { Config } from 'jest';

const config: Config = {
  testEnvironment: 'node',
  roots: ['<rootDir>/spec'],
  testMatch: ['**/*.spec.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  // Specs import the doors as a user would, and get the sources behind them.
  moduleNameMapper: {
    '^rxhome$': '<rootDir>/src/index.ts',
    '^rxhome/worker$': '<rootDir>/src/executor/worker.ts',
    '^rxhome/(operators|testing|integrations)$': '<rootDir>/src/$1/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  transform: { '^.+\\.ts$': ['ts-jest', { useESM: true }] },
};

export default config;
