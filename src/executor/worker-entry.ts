import { toWire } from '../errors/wire.js';
import { mainCallback, runInJob, runningJob, ThreadJob } from './current-job.js';
import { guardReplies, guardReply } from './guard-replies.js';
import type { JobReply, JobRequest, LinkEnd } from './job-wire.js';
import { loadFunction } from './load-function.js';
import { LoopLink } from './loop-link.js';

guardReplies();

let link: LoopLink | undefined;

// The thread ends of it, whoever's it was; but not always is it the fault of the job that runs.
process.on('uncaughtExceptionMonitor', () => {
  const job = runningJob();
  if (job instanceof ThreadJob && job.hasEnded)
    link?.confess({ leftBy: { name: job.name, owner: job.owner } });
});

/** What a thread does with a call. It never throws: an error is a reply like any other. */
export async function runJob(request: JobRequest): Promise<JobReply> {
  if (request.link) link = openLink(request.link);
  if (!link) throw new Error('The first call of a thread brings its link.');
  const job = new ThreadJob(request.id, request.facts, link);
  try {
    const value = await runInJob(job, () => run(job, request));
    return guardReply({ value }, request.function);
  } catch (error) {
    return { thrown: toWire(error) };
  } finally {
    job.end();
  }
}

async function run(job: ThreadJob, request: JobRequest): Promise<unknown> {
  job.throwIfCancelled();
  const fn = await loadFunction(request.module, request.function);
  job.throwIfCancelled();
  const args = [...request.args];
  for (const index of request.callbacks) args[index] = mainCallback(job, index);
  return await fn(...args);
}

function openLink({ port, control }: LinkEnd): LoopLink {
  const opened = new LoopLink(port, control);
  port.on('message', (message: Parameters<LoopLink['take']>[0]) => {
    opened.take(message);
  });
  port.unref();
  return opened;
}
