import { inspect } from 'node:util';
import type { Transferable } from 'node:worker_threads';
import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';

const BRAND = Symbol.for('rxhome.WorkerFunction');

/** How one call of a worker function ends early, and what it takes along. */
export interface WorkerFunctionOptions {
  /**
   * Ends the call, which then rejects with the signal's own `reason`. A call that still waits for
   * a thread leaves the queue at once; a running one is told, and gets `graceMs` to end.
   */
  readonly signal?: AbortSignal | undefined;
  /**
   * Milliseconds that the call may run, from when a thread has taken it, loading of its module
   * included. Then it is told, gets `graceMs`, and rejects with `TimeoutError`. An answer that is
   * there when the loop comes to it is in time, however late that is.
   * @default no limit
   */
  readonly timeoutMs?: number | undefined;
  /**
   * Milliseconds that a running call has to end after it was told. Then its thread is terminated
   * and replaced. With 0 that happens at once.
   * @default 500
   */
  readonly graceMs?: number | undefined;
  /** What is handed over instead of copied; it can no longer be used here. @default nothing */
  readonly transfer?: readonly Transferable[] | undefined;
}

/** The default of `graceMs`, in milliseconds. */
export const DEFAULT_GRACE_MS = 500;

declare const signature: unique symbol;

/**
 * A reference to an exported function of a worker module: it says what to run and cannot be
 * called itself. Give it, with the arguments, to `hub.addExecutorJob`.
 */
export class WorkerFunction<A extends readonly unknown[] = readonly never[], R = unknown> {
  /** The module: a URL, or a specifier such as `node:fs`. */
  readonly module: string;
  /** The name under which the module exports it. */
  readonly name: string;
  /** Whether the module has a thread of its own. */
  readonly dedicated: boolean;
  readonly options: WorkerFunctionOptions;
  /** For the compiler only. */
  declare readonly [signature]: (args: A) => R;

  constructor(
    module: string,
    name: string,
    dedicated: boolean,
    options: WorkerFunctionOptions = {},
  ) {
    this.module = module;
    this.name = name;
    this.dedicated = dedicated;
    this.options = options;
  }

  get [BRAND](): true {
    return true;
  }

  /**
   * The same function with these options for its calls, over those it already has.
   *
   * @throws InvalidOptionError
   */
  with(options: WorkerFunctionOptions): WorkerFunction<A, R> {
    const all = { ...this.options, ...options };
    validate(all);
    return new WorkerFunction<A, R>(this.module, this.name, this.dedicated, all);
  }

  [inspect.custom](): string {
    return `WorkerFunction { ${this.name} of ${this.module} }`;
  }
}

/** Whether `value` refers to a function of a worker module, of this copy of rxhome or another. */
export function isWorkerFunction(value: unknown): value is WorkerFunction<readonly unknown[]> {
  return typeof value === 'object' && value !== null && BRAND in value;
}

/** Gives `value` back. @throws InvalidOptionError for anything else. */
export function expectWorkerFunction(value: unknown): WorkerFunction<readonly unknown[]> {
  if (isWorkerFunction(value)) return value;
  throw new InvalidOptionError(`Expected a function of a worker module, got ${quote(value)}.`);
}

function validate({ signal, timeoutMs, graceMs, transfer }: WorkerFunctionOptions): void {
  if (timeoutMs !== undefined && !(timeoutMs > 0))
    throw new InvalidOptionError(`Expected \`timeoutMs\` above 0, got ${quote(timeoutMs)}.`);
  if (graceMs !== undefined && !(graceMs >= 0))
    throw new InvalidOptionError(`Expected \`graceMs\` from 0 up, got ${quote(graceMs)}.`);
  if (signal !== undefined && typeof signal.addEventListener !== 'function')
    throw new InvalidOptionError(`Expected \`signal\` to be an AbortSignal, got ${quote(signal)}.`);
  if (transfer !== undefined && !Array.isArray(transfer))
    throw new InvalidOptionError(`Expected \`transfer\` to be a list, got ${quote(transfer)}.`);
}
