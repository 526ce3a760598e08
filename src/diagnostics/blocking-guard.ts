import { currentExecution, type Execution } from '../causality/execution.js';
import { BlockingCallError } from '../errors/work-errors.js';
import { runningJob } from '../executor/current-job.js';
import { type Callable, watchBlockingCalls } from './blocking-calls.js';
import { type Caller, callerIn } from './caller.js';
import type { Finding } from './diagnostics.js';
import type { RunningCode } from './stall-finding.js';

/** A hub whose code is not to block the loop. */
export interface GuardedHub {
  /** Whether `execution` is of this hub. */
  readonly runs: (execution: Execution) => boolean;
  /** Whose code, and which piece of it, is running now as `execution`. */
  readonly runningCode: (execution: Execution) => RunningCode;
  /** Blocking calls throw, instead of being made. */
  readonly isStrict: boolean;
  readonly record: (finding: Finding) => void;
}

/**
 * Names the blocking calls that code of `hub` makes on the loop, from now until the result is
 * called: each place once, whether it was slow this time or not, because another time it will be.
 * What runs for nobody may block, such as the start of a program, and so may code of a worker
 * module, also where a test runs it on the loop.
 */
export function guardLoop(hub: GuardedHub): () => void {
  const told = new Set<string>();
  return watchBlockingCalls((call, entered) => {
    const execution = currentExecution();
    if (execution === undefined || !hub.runs(execution) || runningJob() !== undefined) return;
    const caller = callerIn(stackAbove(entered));
    if (caller === undefined) return;
    const finding = findingOf(call, caller, hub.runningCode(execution));
    const place = `${call} ${caller.where}`;
    if (!told.has(place)) {
      told.add(place);
      hub.record(finding);
    }
    if (hub.isStrict) throw new BlockingCallError(finding.message);
  });
}

function findingOf(call: string, { where, stack }: Caller, code: RunningCode): Finding {
  const { owner, work } = code;
  const whose = owner === null ? 'Code of an unknown owner' : owner;
  return {
    kind: 'blocking-call',
    owner,
    name: call,
    message: `${whose} blocks the loop with \`${call}\` at ${where}: await its other form, or call it in a worker module.`,
    where,
    stack,
    detail: { work },
  };
}

function stackAbove(entered: Callable): string {
  const limit = Error.stackTraceLimit;
  const holder: { stack?: string } = {};
  Error.stackTraceLimit = DEEP;
  try {
    Error.captureStackTrace(holder, entered);
    return holder.stack ?? '';
  } finally {
    Error.stackTraceLimit = limit;
  }
}

const DEEP = 50;
