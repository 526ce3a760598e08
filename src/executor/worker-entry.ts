import { monotonic } from '../clock/clock.js';
import { isThenable } from '../clock/is-thenable.js';
import { toWire } from '../errors/wire.js';
import { BatchCount } from './batch-count.js';
import { mainCallback, runInJob, runningJob, ThreadJob } from './current-job.js';
import { guardReplies, guardReply, newestReply } from './guard-replies.js';
import type { JobReply, JobRequest, LastWords, LinkEnd } from './job-wire.js';
import { loadFunction, type WorkerCode } from './load-function.js';
import { LoopLink } from './loop-link.js';
import { BATCH_MS, QUICK_MS } from './quick-functions.js';

guardReplies();

let link: LoopLink | undefined;
let count: BatchCount | undefined;
let newest: ThreadJob | undefined;

// The thread ends, whoever's fault it was; but not always is it that of the job that runs, and a
// reply that is on its way is not to be lost.
process.on('uncaughtExceptionMonitor', sayLastWords);
process.on('exit', sayLastWords);

/**
 * What a thread does with a call. It never throws: an error is a reply like any other. It awaits
 * only what takes time, because each `await` in a job is a good part of what a short one costs.
 */
export function runJob(request: JobRequest): Outcome | Promise<Outcome> {
  const reply = execute(request);
  return isThenable(reply) ? reply.then((settled) => send(request, settled)) : send(request, reply);
}

/** What tinypool is to bring to the loop; nothing if the reply went over the link. */
type Outcome = JobReply | undefined;

function send([id, , name]: JobRequest, reply: JobReply): Outcome {
  if ('value' in reply && (typeof reply.value !== 'object' || reply.value === null)) return reply;
  link?.answer(id, reply, name);
  return undefined;
}

function execute(request: JobRequest): JobReply | Promise<JobReply> {
  const [id, , name, , , jobName, owner, context, end] = request;
  if (end) openLink(end);
  if (!link) throw new Error('The first call of a thread brings its link.');
  const job = (newest = new ThreadJob(id, { name: jobName, owner, context }, link));
  try {
    const value = runInJob(job, () => run(job, request));
    return isThenable(value) ? answerLater(job, name, value) : answer(job, name, value);
  } catch (error) {
    return fail(job, name, error);
  }
}

/**
 * Runs calls one after the other, as long as the loop does not take them back. Each reply is posted
 * before the next call is taken: see `BatchCount`.
 */
export async function runBatch(requests: readonly JobRequest[]): Promise<void> {
  if (!link || !count) throw new Error('The first call of a thread is a single one.');
  const began = monotonic();
  for (const request of requests) {
    if (!count.take()) return;
    const reply = execute(request);
    const settled = isThenable(reply) ? await reply : reply;
    // Before it is posted: from the reply the loop sees whether the next call is going to run.
    if (monotonic() - began >= BATCH_MS) count.limitTo(0);
    link.answer(request[0], settled, request[2]);
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
  return guardReply(job.tookMs < QUICK_MS ? { value } : { value, isSlow: true }, name);
}

function fail(job: ThreadJob, name: string, error: unknown): JobReply {
  job.end();
  const thrown = toWire(error);
  return guardReply(job.tookMs < QUICK_MS ? { thrown } : { thrown, isSlow: true }, name);
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

function openLink(end: LinkEnd): void {
  const { port } = end;
  const opened = (link = new LoopLink(port, end.control));
  count = new BatchCount(end.count);
  port.on('message', (message: Parameters<LoopLink['take']>[0]) => {
    opened.take(message);
  });
  port.unref();
}

let said: Pick<LastWords, 'job' | 'reply'> | undefined;

function sayLastWords(): void {
  if (!newest) return;
  const reply = newest.hasEnded ? newestReply() : undefined;
  // An error is followed by an exit, in which nobody knows any more whose it was; unless code in
  // here has caught it, and the thread went on.
  if (said?.job === newest.id && said.reply === reply) return;
  said = { job: newest.id, reply };
  const job = runningJob();
  const hasEnded = job instanceof ThreadJob && job.hasEnded;
  link?.sayLastWords({
    leftBy: hasEnded ? { name: job.name, owner: job.owner } : undefined,
    ...said,
  });
}
