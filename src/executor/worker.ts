import { BroadcastChannel, isMainThread, threadId } from 'node:worker_threads';
import { StageError, WrongThreadError } from '../errors/work-errors.js';
import { attachedChannelName } from './attach-worker.js';
import { type CurrentJob, runningJob } from './current-job.js';
import type { ExposedArguments, ExposedFunctions, ExposedResult } from './exposed-functions.js';
import { createControl } from './job-wire.js';
import { type CallingJob, type LoopCall, LoopLink } from './loop-link.js';

export type { CurrentJob } from './current-job.js';
export type { ExposedFunctions } from './exposed-functions.js';
export type { MainCallback } from './main-callback.js';

/** The names of exposed functions that are known; any other text is taken too. */
type ExposedName = keyof ExposedFunctions | (string & {});

/**
 * Runs a function that the hub exposes on the loop, as the owner of this job, and blocks this
 * thread until its value, or the value of its promise, is here. What it throws is thrown here,
 * with its class.
 *
 * @throws WrongThreadError on the loop itself, which would wait for itself, and in a `Worker` of
 * your own that was not attached.
 * @throws UnknownFunctionError when nobody exposed that name.
 * @throws ShutdownError when the hub is stopping, also when it is already waiting.
 * @throws the reason of the job when it is cancelled, also when it is already waiting.
 */
export function runCallbackThreadsafe<N extends ExposedName>(
  name: N,
  ...args: ExposedArguments<N>
): ExposedResult<N> {
  const call: LoopCall = { target: name, name: `\`${name}\``, args };
  const job = runningJob();
  return (job ? job.callLoop(call) : attachedLink(call).call(NO_JOB, call)) as ExposedResult<N>;
}

/**
 * Has the loop run a function that the hub exposes, without waiting. What it throws is reported
 * by the hub.
 *
 * @throws WrongThreadError, ShutdownError and the reason of the job, like `runCallbackThreadsafe`.
 */
export function callSoonThreadsafe<N extends ExposedName>(
  name: N,
  ...args: ExposedArguments<N>
): void {
  const call: LoopCall = { target: name, name: `\`${name}\``, args };
  const job = runningJob();
  if (job) job.postToLoop(call);
  else attachedLink(call).post(NO_JOB, call);
}

/**
 * The job that this code is part of.
 *
 * @throws StageError outside of one.
 */
export function currentJob(): CurrentJob {
  const job = runningJob();
  if (job) return job;
  throw new StageError('`currentJob()` was called outside of a job.');
}

/** A thread of the user's own has no job that could be cancelled. */
const NO_JOB: CallingJob = {
  id: 0,
  onCancel: () => undefined,
  throwIfCancelled: () => undefined,
};

let attached: LoopLink | undefined;

function attachedLink({ name }: LoopCall): LoopLink {
  if (isMainThread)
    throw new WrongThreadError(`${name} was called on the loop, where it can be called directly.`);
  if (!attached) {
    const channel = new BroadcastChannel(attachedChannelName(threadId));
    channel.unref();
    attached = new LoopLink(channel, createControl(), { isKnown: false });
  }
  return attached;
}
