import { currentTask, type Hub, isHubError, sleep, type Task, withTimeout } from 'rxhome';
import type { Action } from './action-options.js';
import type { Awaited } from './trigger-options.js';
import { listenToHome } from './triggers.js';
import { whileRunning } from './while-running.js';

/**
 * Does the steps of a run, one after the other, until the signal aborts. What they do is caused by
 * what is running. When the hub begins to stop, a run ends at its next wait: at the next step that
 * is a delay or waits for something. While it waits the start of the hub does not wait for it.
 *
 * @throws an Error (as a rejection) naming the step that failed; those after it are not done.
 */
export async function runActions(
  hub: Hub,
  title: string,
  actions: readonly Action[],
  signal: AbortSignal,
): Promise<void> {
  const run = { hub, title, signal, task: currentTask() };
  for (const [index, action] of actions.entries()) {
    signal.throwIfAborted();
    try {
      const goesOn = await runStep(run, action);
      if (!goesOn) return;
    } catch (cause) {
      signal.throwIfAborted();
      const reason = cause instanceof Error ? cause.message : String(cause);
      const step = `step ${index + 1} (${wordsOf(action)})`;
      throw new Error(`The automation "${title}" failed at ${step}: ${reason}`, { cause });
    }
  }
}

interface Run {
  readonly hub: Hub;
  readonly title: string;
  readonly signal: AbortSignal;
  readonly task: Task<unknown> | null;
}

/** @returns whether the run goes on */
async function runStep({ hub, title, signal, task }: Run, action: Action): Promise<boolean> {
  if ('call' in action) {
    const [domain = '', service = ''] = action.call.split('.');
    const { target, data, timeout_seconds: seconds } = action;
    const timeoutMs = seconds === undefined ? undefined : seconds * 1000;
    await hub.services.call(domain, service, data, { target, signal, timeoutMs });
  } else if ('fire' in action) hub.bus.fire(action.fire, action.data);
  else if ('set' in action) {
    const attributes = { ...hub.states.get(action.set)?.attributes, ...action.attributes };
    hub.states.set(action.set, action.state, attributes);
  } else if ('delay_seconds' in action) {
    const { delay_seconds: seconds } = action;
    const name = `${title}: ${seconds} s`;
    const pause = (ended: AbortSignal): Promise<void> =>
      sleep(seconds * 1000, { signal: ended, name });
    return whileRunning(hub, signal, pause, task);
  } else {
    const { wait_for, timeout_seconds: seconds, continue_on_timeout } = action;
    let came = false;
    const comes = async (ended: AbortSignal): Promise<void> => {
      came = await hasCome(hub, wait_for, seconds, ended);
    };
    const isRunning = await whileRunning(hub, signal, comes, task);
    return isRunning && (came || continue_on_timeout);
  }
  return true;
}

/** Waits for something, and tells whether it came in time. */
async function hasCome(
  hub: Hub,
  what: Awaited,
  seconds: number | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  const comes = (ended: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const stop = listenToHome(hub, what, { name: 'wait_for', run: () => end(resolve) });
      const abort = (): void => end(() => reject(ended.reason as Error));
      const end = (settle: () => void): void => {
        stop();
        ended.removeEventListener('abort', abort);
        settle();
      };
      ended.addEventListener('abort', abort);
    });
  if (seconds === undefined) return comes(signal).then(() => true);
  try {
    await withTimeout(seconds * 1000, comes, { signal });
    return true;
  } catch (error) {
    if (isHubError(error, 'TIMEOUT') && !signal.aborted) return false;
    throw error;
  }
}

function wordsOf(action: Action): string {
  if ('call' in action) return `call ${action.call}`;
  if ('fire' in action) return `fire ${action.fire}`;
  if ('set' in action) return `set ${action.set}`;
  return 'delay_seconds' in action ? `delay_seconds ${action.delay_seconds}` : 'wait_for';
}
