import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { currentExecution, type Execution } from '../causality/execution.js';
import { loopNow, nextLoopTurn } from '../clock/loop-time.js';
import { isForeign } from './user-frame.js';
import { type LoopSignal, tick, ticksBetween } from './loop-signal.js';

/** What was found in the midst of a stall. */
export interface StallCapture {
  readonly execution: Execution | undefined;
  /** The function that ran had only just begun, so what is to blame was called before it. */
  readonly cameTooLate: boolean;
  /** The stack, from what ran downwards; written only when it is asked for. */
  readonly stack: () => string;
}

/** What the looking asks and tells. */
export interface CapturesHost {
  readonly signal: LoopSignal;
  /** Called at once, while the code that stalls the loop is still running: it must only look. */
  readonly onCapture: (capture: StallCapture) => void;
  /** Called in the first turn of the loop after it. */
  readonly onTurn: () => void;
}

/**
 * Looks who is running when the watching thread asks. The question comes over a channel of
 * `node:diagnostics_channel`, which all realms of a process share, jest's included.
 *
 * It runs between two steps of somebody's code. So it takes down what it finds, formats nothing
 * and never throws.
 */
export class StallCaptures {
  readonly #channel: string;
  readonly #host: CapturesHost;

  constructor(channel: string, host: CapturesHost) {
    this.#channel = channel;
    this.#host = host;
    subscribe(channel, this.#onAsked);
  }

  end(): void {
    unsubscribe(this.#channel, this.#onAsked);
  }

  readonly #onAsked = (question: unknown): void => {
    try {
      const [beatAt, askedAt] = question as [number, number];
      if (this.#host.signal.beatAt !== beatAt) return; // over before the question arrived
      const isLate = ticksBetween(askedAt, tick(loopNow())) > PROMPT_MS;
      const cameTooLate = isLate && this.#hasJustBegun();
      const execution = currentExecution();
      const trace = takeTrace();
      const stack = (): string => stackBelow(trace, this.#channel, cameTooLate);
      this.#host.onCapture({ execution, cameTooLate, stack });
      // Or another stall, in a later phase of the same turn, would count as a part of this one.
      nextLoopTurn(this.#host.onTurn);
    } catch {
      // then only the length of the stall gets known
    }
  };

  /**
   * Native code that takes no interrupts (`JSON.parse`, `sort`) is over when the question is
   * heard, perhaps in the next function that is called: at its first step it has done nothing.
   */
  #hasJustBegun(): boolean {
    const before = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
    let hasBegun = false;
    const value = (_error: Error, sites: NodeJS.CallSite[]): void => {
      const asked = sites.findIndex((site) => site.getScriptNameOrSourceURL() === this.#channel);
      hasBegun = isAtEntry(sites[asked + 1]);
    };
    Object.defineProperty(Error, 'prepareStackTrace', { value, configurable: true });
    try {
      takeTrace().stack?.toString(); // it is written when it is read
    } finally {
      if (before) Object.defineProperty(Error, 'prepareStackTrace', before);
      else delete (Error as { prepareStackTrace?: unknown }).prepareStackTrace;
    }
    return hasBegun;
  }
}

// An answer takes less than one, unless native code or a busy machine has kept it waiting.
const PROMPT_MS = 5;
const MAX_FRAMES = 50;

function takeTrace(): Error {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = MAX_FRAMES;
  const trace = new Error();
  Error.stackTraceLimit = stackTraceLimit;
  return trace;
}

/** Whether a user's frame stands where V8 lets a function be interrupted on entry: at its `(`. */
function isAtEntry(site: NodeJS.CallSite | undefined): boolean {
  if (!site || !isForeign(site.getFileName() ?? '')) return false;
  const [begin, column] = [site.getEnclosingColumnNumber(), site.getColumnNumber()];
  if (begin === null || column === null) return false;
  if (site.getEnclosingLineNumber() !== site.getLineNumber()) return false;
  return column - begin <= 'async function* '.length + (site.getFunctionName()?.length ?? 0);
}

/** The frames below the question: those of the code that was running; or just its caller. */
function stackBelow(trace: Error, channel: string, onlyCaller: boolean): string {
  const lines = (trace.stack ?? '').split('\n');
  const asked = lines.findIndex((line) => line.includes(channel));
  return (onlyCaller ? lines.slice(asked + 2, asked + 3) : lines.slice(asked + 1)).join('\n');
}
