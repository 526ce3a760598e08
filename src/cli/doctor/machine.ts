import { monitorEventLoopDelay } from 'node:perf_hooks';
import { asyncScheduler } from 'rxjs';
import { Hub, type Logger, sleep, withTimeout, workerModule } from 'rxhome';
import { systemMonitor } from 'rxhome/integrations';
import { broken, type Finding, ok, warning } from './finding.js';

/** Above this, an idle loop is kept from running by somebody else. */
const LATE_MS = 20;
const SLOW_THREAD_MS = 2_000;
const THREAD_MS = 20_000;
/** Rates need two readings, a second apart; what starts a program takes longer. */
const READ_MS = 2_500;

const silent = (): void => undefined;
const SILENT: Logger = { debug: silent, info: silent, warn: silent, error: silent };

const host = workerModule<typeof import('node:os')>('node:os');

/** How late the loop of a process is that has nothing to do. */
export async function idleLoop(): Promise<Finding> {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  await sleep(1_000);
  delay.disable();
  // What is measured are the gaps between looks that are 10 ms apart.
  const worst = Math.max(0, delay.max / 1e6 - 10);
  const text = `An idle event loop is late by ${worst.toFixed(1)} ms at worst.`;
  return worst <= LATE_MS
    ? ok('event loop', text)
    : warning(
        'event loop',
        text,
        'This machine is busy with something else, or sleeps now and then.',
      );
}

/** Whether a thread for blocking work starts, and what of this machine can be measured. */
export async function threadsAndSensors(): Promise<Finding[]> {
  const hub = new Hub({ logger: SILENT, watchdog: false, executor: { maxThreads: 1 } });
  hub.errors$.subscribe(); // they are findings here, not messages
  try {
    await hub.start();
    return [await threadStarts(hub), await sensors(hub)];
  } finally {
    await hub.stop();
  }
}

async function threadStarts(hub: Hub): Promise<Finding> {
  const check = 'worker threads';
  const began = asyncScheduler.now();
  try {
    await withTimeout(THREAD_MS, (signal) => hub.addExecutorJob(host.hostname.with({ signal })));
  } catch (error) {
    const reason = (error as Error).message;
    return broken(check, `No thread starts: ${reason}`, 'Blocking work fails without them.');
  }
  const took = asyncScheduler.now() - began;
  const text = `A thread starts and answers within ${took} ms.`;
  return took <= SLOW_THREAD_MS
    ? ok(check, text)
    : warning(check, text, 'The first blocking work of a hub waits for so long.');
}

async function sensors(hub: Hub): Promise<Finding> {
  hub.configEntries.registerIntegration(systemMonitor);
  await hub.configEntries.add({ domain: 'system_monitor', data: {}, stored: false });
  await sleep(READ_MS);
  const all = hub.states.all('sensor');
  const namesOf = (isMissing: boolean): string =>
    all
      .filter(({ state }) => (state === 'unavailable') === isMissing)
      .map(({ name }) => name.toLowerCase())
      .join(', ');
  const missing = namesOf(true);
  const text = `This machine can measure: ${namesOf(false) || 'nothing'}${missing && `; not: ${missing}`}.`;
  // A computer without a battery is as it should be.
  return all.length > 0
    ? ok('sensors', text)
    : warning('sensors', text, 'Leave `system_monitor` out of the configuration.');
}
