import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it } from '@jest/globals';
import { toWire } from '../../src/errors/wire.js';
import { WorkerCrashedError } from '../../src/errors/work-errors.js';
import { ThreadJob } from '../../src/executor/current-job.js';
import { CANCELLED_JOB, createControl } from '../../src/executor/job-wire.js';
import { LoopLink } from '../../src/executor/loop-link.js';
import type { How } from '../fixtures/batch.worker.mjs';
import { boardFor, work } from './batching.js';
import { keepBusy, outcome, runFor, threadsOfASpec } from './harness.js';

const create = threadsOfASpec();

/** Starts a thread with a call, and has the loop hear nothing before that has come to its end. */
async function heardLate(how: How): Promise<{ end: unknown; steps: string[]; threads: number }> {
  const executor = create();
  const board = boardFor(1);
  const steps: string[] = [];
  const run = runFor({ onStart: (worker) => steps.push(`in ${worker}`) });
  const args = [board, 0, how, () => void steps.push('called')];
  const call = outcome(executor.run(work, args as never, run));
  for (let i = 0; i < 200 && board.counts[0] === 0; i++) keepBusy(50);
  keepBusy(300);
  const end = await call;
  return { end, steps, threads: executor.stats.threads };
}

describe('a thread of which the loop hears late, on several ports', () => {
  it('has begun before it has died, and is replaced', async () => {
    const { end, steps, threads } = await heardLate('late throw');
    expect(end).toBeInstanceOf(WorkerCrashedError);
    expect([steps, threads]).toEqual([['in 1'], 1]);
  });

  it('has begun before it has called and answered', async () => {
    const { end, steps } = await heardLate('ask');
    expect(end).toBeInstanceOf(Object);
    expect(steps).toEqual(['in 1', 'called']);
  });
});

describe('a call that was done in time', () => {
  it('has its result, though the loop stood still until its time was over', async () => {
    const executor = create();
    const board = boardFor(2);
    await executor.run(work, [board, 0, 'value'], runFor());
    await new Promise((next) => setImmediate(next)); // timers come next, and ports after them
    const call = executor.run(work.with({ timeoutMs: 50 }), [board, 1, 'value'], runFor());
    keepBusy(300);
    expect(await call).toBe(1);
  });
});

describe('a job that is told to end', () => {
  it('hears why, though the thread has heard of it before it had the job', () => {
    const { port1, port2 } = new MessageChannel();
    const control = createControl();
    const link = new LoopLink(port1, control);
    const facts = { name: 'job', owner: 'spec', context: null };
    link.take({ kind: 'cancel', job: 7, reason: toWire(new RangeError('enough')) });
    control[CANCELLED_JOB] = 7;
    const job = new ThreadJob(7, facts, link);
    expect(job.signal.aborted).toBe(true);
    expect(() => job.throwIfCancelled()).toThrow('enough');
    expect(new ThreadJob(8, facts, link).cancelled).toBe(false);
    port2.close();
  });
});
