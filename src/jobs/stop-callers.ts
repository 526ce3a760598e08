import type { Context } from '../causality/context.js';
import { currentExecution, type Execution } from '../causality/execution.js';

// Of an async listener there is no task yet while it runs to its first `await`. The context is kept
// because calls that cannot await share one execution, with a context of their own each.
const callers = new WeakMap<Execution, Context | null>();

/** Notes that what is running now may wait for the hub to stop, so that it is not waited for. */
export function noteStopCaller(): void {
  const execution = currentExecution();
  if (!execution) return;
  callers.set(execution, execution.context);
  for (let task = execution.task; task; task = task.parentTask) task.waitsForStop = true;
}

/** Whether the call has asked the hub to stop. */
export function isStopCaller(execution: Execution | undefined): boolean {
  return execution !== undefined && callers.get(execution) === execution.context;
}
