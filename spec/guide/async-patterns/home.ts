import { type ConfigEntry, defineIntegration, type Integration } from 'rxhome';
import { createTestHub, type TestHub } from 'rxhome/testing';

/** Runs code of the guide as a task of the hub, in as much virtual time as it takes. */
export async function run<T>(hub: TestHub, body: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const task = hub.createTask(body, { name: 'code of the guide' });
  task.catch(() => undefined);
  await hub.blockTillDone();
  return task;
}

/** A hub with one loaded entry of an integration that does what the guide shows. */
export async function load(
  given: Integration['setupEntry'] | Omit<Integration, 'domain'>,
  hub: TestHub = createTestHub(),
): Promise<{ hub: TestHub; entry: ConfigEntry }> {
  const integration = typeof given === 'function' ? { setupEntry: given } : given;
  hub.configEntries.registerIntegration(defineIntegration({ domain: 'heating', ...integration }));
  const adding = hub.configEntries.add({ domain: 'heating' });
  await hub.advance('1m');
  return { hub, entry: await adding };
}
