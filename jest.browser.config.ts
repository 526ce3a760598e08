/** @jest-config-loader esbuild-register */
import type { Config } from 'jest';
import base from './jest.config.ts';

/** The specs that drive a real browser: `npm run test:browser`. */
const config: Config = {
  ...base,
  maxWorkers: 1, // a browser takes a processor, and frames are counted
  testTimeout: 120_000,
  roots: ['<rootDir>/spec/browser'],
  testPathIgnorePatterns: [],
};

export default config;
