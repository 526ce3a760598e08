import { quote } from '../errors/quote.js';
import { NotCloneableError, WorkerCrashedError } from '../errors/work-errors.js';
import type { Batch } from './batch.js';
import type { JobRun } from './job-run.js';
import type { Culprit, LastWords } from './job-wire.js';
import { argumentsNotCloneable, isCloneable, messageOf, notReadable } from './not-cloneable.js';

/** What is known of a thread that has died. */
export interface Death {
  /** The function that it ran, if it ran one. */
  readonly name: string | undefined;
  /** The module whose variables lived in it, if it was there for that one alone. */
  readonly dedicatedTo: string | undefined;
  /** The job that had left behind what killed it, if its own had nothing to do with it. */
  readonly leftBy: Culprit | undefined;
}

/**
 * Where the current call was when its thread died. The loop hears of deaths and replies on different
 * ports: the reply may still be on its way, and so may be a call that the thread never came to. Of a
 * batch the replies have been received by now, and it is known what the thread has taken.
 */
export function stageOf(
  batch: Batch,
  words: LastWords | undefined,
): 'unbegun' | 'running' | 'answered' {
  const job = batch.current;
  if (!job) return 'answered';
  if (batch.isShared) return batch.isRunning || job.isEnding ? 'running' : 'unbegun';
  if (!words) return 'running';
  if (words.job === job.id) return words.reply ? 'answered' : 'running';
  return job.canRunAgain ? 'unbegun' : 'running';
}

/** The thread of a job, or an idle one, was ended by its own code. */
export class ThreadExit extends Error {
  constructor(code: number) {
    super(`It exited with code ${code}.`);
  }
}

/**
 * The error of the job under which a thread died, or of an idle thread. The one that suffers is
 * not always the one to blame: a timer that a job leaves behind throws while another job runs.
 */
export function describeDeath(cause: unknown, death: Death): WorkerCrashedError {
  const { name, dedicatedTo, leftBy } = death;
  const what =
    name === undefined
      ? 'A worker thread without a job died'
      : `The worker thread of \`${name}\` died under it`;
  const why = messageOf(cause);
  const did = cause instanceof ThreadExit ? 'ended it' : 'threw';
  const who = leftBy
    ? `what the ended job \`${leftBy.name}\` of \`${leftBy.owner}\` had left running ${did}: ${why}`
    : why;
  const lost =
    dedicatedTo === undefined ? '' : ` The variables of ${quote(dedicatedTo)} are lost with it.`;
  return new WorkerCrashedError(`${what}: ${who}${lost}`, { cause });
}

/** The error of a call that got no reply because of `error`. */
export function explainFailure(error: unknown, job: JobRun): unknown {
  if (error instanceof WorkerCrashedError || error instanceof NotCloneableError || job.isEnding)
    return error;
  // Replies are guarded in the worker; what cannot be copied is what was to go there.
  const args = job.plainArgs;
  if (!isCloneable(args) || (error as Error | null)?.name === 'DataCloneError')
    return argumentsNotCloneable(job.name, args, error);
  return new WorkerCrashedError(`\`${job.name}\` could not be run: ${messageOf(error)}`, {
    cause: error,
  });
}

/** The error of a call that has ended without a reply. */
export function explainLoss(job: JobRun): unknown {
  const args = job.plainArgs;
  // A getter that throws null looks to tinypool like a call that went well.
  return isCloneable(args) ? notReadable(job.name) : argumentsNotCloneable(job.name, args, null);
}
