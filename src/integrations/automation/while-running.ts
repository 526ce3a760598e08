import { type Hub, type HubStage, type Task, whileIdle } from 'rxhome';

const STOPPING: readonly HubStage[] = ['stopping', 'final_write', 'stopped'];

/**
 * Waits in a run, for as long as the hub does not stop: a home that is left waits for nobody's
 * `delay_seconds`, and one that starts does neither.
 *
 * @param task whose wait it is
 * @returns whether the wait was not cut short by that; then the run ends, and that is no failure
 */
export async function whileRunning(
  hub: Hub,
  signal: AbortSignal,
  wait: (signal: AbortSignal) => Promise<unknown>,
  task: Task<unknown> | null,
): Promise<boolean> {
  const stop = new AbortController();
  const stages = hub.stage$.subscribe((stage) => {
    if (STOPPING.includes(stage)) stop.abort();
  });
  try {
    await whileIdle(() => wait(AbortSignal.any([signal, stop.signal])), task);
    return true;
  } catch (error) {
    if (stop.signal.aborted && !signal.aborted) return false;
    throw error;
  } finally {
    stages.unsubscribe();
  }
}
