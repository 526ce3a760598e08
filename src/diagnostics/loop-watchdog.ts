import { type Execution, runUncaused } from '../causality/execution.js';
import { ulid } from '../clock/ulid.js';
import type { LoopStats } from '../hub-api/loop-stats.js';
import type { Finding } from './diagnostics.js';
import { LoopMeter } from './loop-meter.js';
import { LoopSignal } from './loop-signal.js';
import { type StallCapture, StallCaptures } from './stall-captures.js';
import { type RunningCode, stallFinding } from './stall-finding.js';
import { userFrame } from './user-frame.js';
import { isDebugged, WatcherThread } from './watcher-thread.js';

/** A hub that wants to be told when the loop stands still. */
export interface WatchedHub {
  /** Stalls longer than this are told, in milliseconds. */
  readonly thresholdMs: number;
  /** Whether `execution` is of this hub. */
  readonly runs: (execution: Execution) => boolean;
  /** Whose code, and which piece of it, is running at this moment as `execution`. */
  readonly runningCode: (execution: Execution) => RunningCode;
  readonly record: (finding: Finding) => void;
}

/** The watching that was begun for one hub. */
export interface LoopWatch {
  /** What a start waits for. Until the thread is there, stalls are told by their length only. */
  readonly ready: Promise<void>;
  readonly stats: LoopStats;
  /** Tells of a stall just ended, then of nothing more. The last one ends the thread. */
  end(): Promise<void>;
}

/**
 * Watches the loop for `hub`, from now until it is ended. There is one loop, so there is one
 * heartbeat and one thread for all hubs of a process; neither keeps it alive.
 *
 * A stall is told to the hub whose code ran; to all, when that is not known.
 */
export function watchLoop(hub: WatchedHub): LoopWatch {
  watchdog ??= new LoopWatchdog(() => (watchdog = undefined));
  return watchdog.add(hub);
}

let watchdog: LoopWatchdog | undefined;

/** What was seen while the loop stood still. */
interface Seen {
  readonly capture: StallCapture;
  readonly hub: WatchedHub | undefined;
  readonly code: RunningCode | null;
}

/** How often the loop stood still, as one hub counts it. */
interface Counts {
  stalls: number;
  longestMs: number;
}

class LoopWatchdog {
  readonly #hubs = new Map<WatchedHub, Counts>();
  readonly #signal = new LoopSignal();
  readonly #meter: LoopMeter<Seen>;
  readonly #captures: StallCaptures;
  readonly #thread: WatcherThread;
  readonly #onEnd: () => void;
  #seen: Seen | undefined;
  #thresholdMs = Infinity;

  constructor(onEnd: () => void) {
    const channel = `rxhome.loop-stall.${ulid()}`;
    const signal = this.#signal;
    this.#onEnd = onEnd;
    this.#meter = new LoopMeter({
      signal,
      tellMs: () => this.#thresholdMs,
      isWatched: () => this.#thread.problem === null,
      isDebugged,
      take: () => this.#take(),
      onStall: (ms, seen) => runUncaused(() => this.#tell(ms, seen)),
    });
    this.#captures = new StallCaptures(channel, {
      signal,
      onCapture: (capture) => this.#keep(capture),
      onTurn: () => this.#meter.beat(),
    });
    this.#thread = new WatcherThread(signal, channel);
  }

  add(hub: WatchedHub): LoopWatch {
    const counts: Counts = { stalls: 0, longestMs: 0 };
    this.#hubs.set(hub, counts);
    this.#adjust();
    const meter = this.#meter;
    return {
      ready: this.#thread.ready,
      get stats() {
        return { delayMs: Math.round(meter.delayMs), ...counts };
      },
      end: () => this.#remove(hub),
    };
  }

  async #remove(hub: WatchedHub): Promise<void> {
    if (!this.#hubs.has(hub)) return;
    this.#meter.flush();
    if (!this.#hubs.delete(hub)) return; // somebody has ended it who was told just now
    if (this.#hubs.size > 0) {
      this.#adjust();
      return;
    }
    this.#onEnd();
    this.#meter.stop();
    this.#captures.end();
    await this.#thread.end();
  }

  /** The most watchful hub says how often the heart beats. */
  #adjust(): void {
    const thresholdMs = Math.min(...[...this.#hubs.keys()].map((hub) => hub.thresholdMs));
    if (thresholdMs === this.#thresholdMs) return;
    this.#meter.start(Math.min(thresholdMs * PERIOD_PART, LONGEST_PERIOD_MS));
    this.#thresholdMs = thresholdMs;
    this.#signal.suspectMs = Math.round(thresholdMs * SUSPECT_PART);
  }

  #keep(capture: StallCapture): void {
    const { execution } = capture;
    const hub = execution && [...this.#hubs.keys()].find((one) => one.runs(execution));
    // Asked now, because only now it is known which listener is being called.
    this.#seen = { capture, hub, code: execution && hub ? hub.runningCode(execution) : null };
  }

  #take(): Seen | undefined {
    const seen = this.#seen;
    this.#seen = undefined;
    return seen;
  }

  #tell(ms: number, seen: Seen | undefined): void {
    const stack = seen?.capture.stack() ?? null;
    const known = seen?.capture.cameTooLate && !userFrame(stack ?? '') ? undefined : seen;
    const code = known?.code ?? null;
    const unknownBecause =
      this.#thread.problem ??
      (seen
        ? 'it was native code, which had ended when it could be looked at'
        : 'the thread that watches the loop did not get to look in time');
    for (const [hub, counts] of [...this.#hubs]) {
      if (ms <= hub.thresholdMs) continue;
      counts.stalls++;
      counts.longestMs = Math.max(counts.longestMs, Math.round(ms));
      if (known?.hub && known.hub !== hub) continue;
      hub.record(stallFinding({ ms, code, stack, unknownBecause }, hub.thresholdMs));
    }
  }
}

// What runs is looked at before it is a stall, which costs half a millisecond: on a busy machine the
// thread may get its turn late. It wakes up a little after each second beat; waking is what costs.
const PERIOD_PART = 0.4;
const SUSPECT_PART = 0.85;
const LONGEST_PERIOD_MS = 100;
