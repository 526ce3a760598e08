import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const src = fileURLToPath(new URL('../../../src/', import.meta.url));

// The doors as a user imports them, with the sources behind them.
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  cacheDir: process.env['VITEST_CACHE'] ?? 'node_modules/.vitest',
  resolve: {
    alias: [
      { find: /^rxhome$/, replacement: `${src}index.ts` },
      { find: /^rxhome\/testing$/, replacement: `${src}testing/index.ts` },
      { find: /^rxhome\/testing\/vitest$/, replacement: `${src}testing/vitest.ts` },
    ],
  },
  test: { include: ['*.vitest.ts'], pool: 'threads', fileParallelism: false, testTimeout: 1_000 },
});
