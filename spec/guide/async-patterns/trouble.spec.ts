import fs from 'node:fs';
import { expect, it } from '@jest/globals';
import { Hub, sleep } from 'rxhome';
import { createTestHub } from 'rxhome/testing';
import { load } from './home.js';

it('finds who blocks the loop, in debug mode', async () => {
  const lines: string[] = [];
  const write = (message: string): number => lines.push(message);
  const logger = { debug: write, info: write, warn: write, error: write };
  // #region debug
  const hub = new Hub({ debug: true, logger });

  hub.diagnostics$.subscribe(({ kind, owner, name, where }) => {
    hub.logger.info(`${kind}: ${owner ?? 'somebody'} in ${name} at ${where ?? 'an unknown place'}`);
  });
  // #endregion
  const settings = new URL(import.meta.url);
  await hub.start();
  hub.scoped(hub.scope.child('careless')).createTask(() => fs.readFileSync(settings, 'utf8'));
  await sleep(10);
  await hub.stop();
  expect(lines).toContainEqual(
    expect.stringMatching(
      /^blocking-call: careless in .*readFileSync.* at .*trouble\.spec\.ts:\d+/,
    ),
  );
});

it('shows what runs now', async () => {
  const { hub } = await load((_hub, entry) => {
    entry.createBackgroundTask((signal) => sleep(1e9, { signal }), { name: 'watch the boiler' });
  });
  // #region snapshot
  const { tasks, listeners, executor, diagnostics } = hub.snapshot();
  for (const { name, owner, ageMs } of tasks)
    hub.logger.info(`${name} of ${owner} runs for ${ageMs} ms`);
  // #endregion
  expect(hub.log.at(-1)?.message).toBe('watch the boiler of heating runs for 60000 ms');
  expect([listeners, executor.running, diagnostics]).toEqual([{}, 0, []]);
  await hub.stop();
});

it('hears of every failure in one place', async () => {
  await using hub = createTestHub();
  const failures: string[] = [];
  // #region errors-stream
  hub.errors$.subscribe(({ error, source, owner, name }) => {
    failures.push(`${source} ${name} of ${owner}: ${String(error)}`);
  });
  // #endregion
  hub.createTask(() => Promise.reject(new Error('no paper')), { name: 'print' });
  await hub.advance('1s');
  expect(failures).toEqual(['task print of hub: Error: no paper']);
});
