import { quote } from '../errors/quote.js';
import { WorkerCrashedError } from '../errors/work-errors.js';
import type { Culprit } from './job-wire.js';

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
 * The error of the job under which a thread died, or of an idle thread. The one that suffers is
 * not always the one to blame: a timer that a job leaves behind throws while another job runs.
 */
export function describeDeath(cause: unknown, death: Death): WorkerCrashedError {
  const { name, dedicatedTo, leftBy } = death;
  const what =
    name === undefined
      ? 'A worker thread without a job died'
      : `The worker thread of \`${name}\` died under it`;
  const why = (cause as Error | null)?.message ?? String(cause);
  const who = leftBy
    ? `what the ended job \`${leftBy.name}\` of \`${leftBy.owner}\` had left running threw: ${why}`
    : why;
  const lost =
    dedicatedTo === undefined ? '' : ` The variables of ${quote(dedicatedTo)} are lost with it.`;
  return new WorkerCrashedError(`${what}: ${who}${lost}`, { cause });
}
