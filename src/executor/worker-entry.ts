import { isThenable } from '../clock/is-thenable.js';
import { toWire } from '../errors/wire.js';
import { mainCallback, runInJob, runningJob, ThreadJob } from './current-job.js';
import { guardReplies, guardReply, newestReply } from './guard-replies.js';
import type { JobReply, JobRequest, LinkEnd } from './job-wire.js';
import { loadFunction, type WorkerCode } from './load-function.js';
import { LoopLink } from './loop-link.js';

guardReplies();

let link: LoopLink | undefined;
let newest: ThreadJob | undefined;

// The thread ends, whoever's fault it was; but not always is it that of the job that runs, and a
// reply that is on its way is not to be lost.
process.on('uncaughtExceptionMonitor', sayLastWords);
process.on('exit', sayLastWords);

/**
 * What a thread does with a call. It never throws: an error is a reply like any other. It awaits
 * only what takes time, because each `await` in a job is a good part of what a short one costs.
 */
export function runJob(request: JobRequest): JobReply | Promise<JobReply> {
  const [id, , name, , , jobName, owner, context, end] = request;
  if (end) link = openLink(end);
  if (!link) throw new Error('The first call of a thread brings its link.');
  const job = (newest = new ThreadJob(id, { name: jobName, owner, context }, link));
  try {
    const value = runInJob(job, () => run(job, request));
    return isThenable(value) ? answerLater(job, name, value) : answer(job, name, value);
  } catch (error) {
    return fail(job, name, error);
  }
}

async function answerLater(
  job: ThreadJob,
  name: string,
  value: PromiseLike<unknown>,
): Promise<JobReply> {
  try {
    return answer(job, name, await value);
  } catch (error) {
    return fail(job, name, error);
  }
}

function answer(job: ThreadJob, name: string, value: unknown): JobReply {
  job.end();
  return guardReply({ value }, name);
}

function fail(job: ThreadJob, name: string, error: unknown): JobReply {
  job.end();
  return guardReply({ thrown: toWire(error) }, name);
}

function run(job: ThreadJob, request: JobRequest): unknown {
  job.throwIfCancelled();
  const [, module, name] = request;
  const fn = loadFunction(module, name);
  return typeof fn === 'function' ? call(job, fn, request) : callLoaded(job, fn, request);
}

async function callLoaded(
  job: ThreadJob,
  fn: PromiseLike<WorkerCode>,
  request: JobRequest,
): Promise<unknown> {
  return call(job, await fn, request);
}

function call(job: ThreadJob, fn: WorkerCode, request: JobRequest): unknown {
  const [, , , given, callbacks] = request;
  job.throwIfCancelled();
  if (!callbacks) return fn(...given);
  const args = [...given];
  for (const index of callbacks) args[index] = mainCallback(job, index);
  return fn(...args);
}

function openLink({ port, control }: LinkEnd): LoopLink {
  const opened = new LoopLink(port, control);
  port.on('message', (message: Parameters<LoopLink['take']>[0]) => {
    opened.take(message);
  });
  port.unref();
  return opened;
}

let isSilent = false;

function sayLastWords(): void {
  if (isSilent || !newest) return; // an error is followed by an exit
  isSilent = true;
  const job = runningJob();
  const hasEnded = job instanceof ThreadJob && job.hasEnded;
  link?.sayLastWords({
    leftBy: hasEnded ? { name: job.name, owner: job.owner } : undefined,
    job: newest.id,
    reply: newest.hasEnded ? newestReply() : undefined,
  });
}
