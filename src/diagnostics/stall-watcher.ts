import { Session } from 'node:inspector';
import { parentPort, workerData } from 'node:worker_threads';
import { after, type CancelTimer } from '../clock/clock.js';
import { loopNow } from '../clock/loop-time.js';
import { LoopSignal, SUSPENSION_MS, tick, ticksBetween } from './loop-signal.js';

/**
 * The thread that watches the loop of the main one. When that has not turned for a while, it has
 * V8 interrupt what runs there and call, in the midst of it, the one function that looks who it is
 * (`StallCaptures`). No debugger is enabled and nothing is paused, so nothing can be left paused.
 */
const { memory, channel } = workerData as { memory: SharedArrayBuffer; channel: string };
const signal = new LoopSignal(memory);

const STARVED_PART = 0.05;
const LOOK_AGAIN_MS = 25;
const LONGEST_SLEEP_MS = 100; // so that a suspended process is told from a busy one

let cpuMs = cpuMsOfProcess();
let lookedFor: number | undefined; // each beat that stays away is looked into once
let cancel: CancelTimer;
let session: Session | undefined;

function look(sleptMs: number, wokenAt: number): void {
  const now = tick(loopNow());
  const overslept = ticksBetween(wokenAt, now);
  const usedMs = -cpuMs + (cpuMs = cpuMsOfProcess());
  // Who is stopped uses no processor; on a crowded one this thread oversleeps, but the others run.
  const wasStopped = overslept > SUSPENSION_MS && usedMs < sleptMs + overslept * STARVED_PART;
  if (wasStopped) signal.addSuspended(overslept);
  signal.lookedAt = now;
  const { beatAt, suspectMs } = signal;
  const left = suspectMs - ticksBetween(beatAt, now);
  if (suspectMs > 0 && left <= 0 && lookedFor !== beatAt && !wasStopped) {
    lookedFor = beatAt;
    capture(beatAt, now);
  }
  // Exactly when the next beat would be overdue, if there is none until then.
  const waitMs = suspectMs > 0 && left > 0 ? Math.min(left, LONGEST_SLEEP_MS) : LOOK_AGAIN_MS;
  cancel = after(waitMs, () => look(waitMs, tick(now + waitMs)));
}

function capture(beatAt: number, askedAt: number): void {
  if (session) return; // it still waits for the answer to the last question
  const opened = (session = new Session());
  const end = (): void => {
    session = undefined;
    opened.disconnect();
  };
  try {
    opened.connectToMainThread();
    const expression = `process.getBuiltinModule('node:diagnostics_channel').channel(${JSON.stringify(channel)}).publish([${beatAt}, ${askedAt}])\n//# sourceURL=${channel}`;
    opened.post('Runtime.evaluate', { expression, silent: true }, end);
  } catch {
    end(); // then only the length of the stall gets known
  }
}

function cpuMsOfProcess(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

parentPort?.once('message', () => {
  cancel();
  session?.disconnect();
  parentPort?.close();
});
look(0, tick(loopNow()));
parentPort?.postMessage('ready');
