import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';

/** How chance spreads the waits of many who failed at the same moment. */
export type Jitter = 'full' | 'decorrelated' | 'none';

/** How long to wait between attempts. */
export interface BackoffOptions {
  /** The first wait, in milliseconds from 0 up. @default 1000 */
  readonly initialMs?: number | undefined;
  /** The longest wait, in milliseconds from 0 up. @default 60000 */
  readonly maxMs?: number | undefined;
  /** By what each wait is longer than the one before, from 1 up. @default 2 */
  readonly factor?: number | undefined;
  /**
   * `none`: exactly `initialMs`, then times `factor`, up to `maxMs`. `full`: anything from 0 to
   * that. `decorrelated`: anything from `initialMs` to three times the wait before, whatever the
   * `factor`, up to `maxMs`. @default 'full'
   */
  readonly jitter?: Jitter | undefined;
  /** A number from 0 to 1, exclusive, as `Math.random` gives it; for tests. @default Math.random */
  readonly random?: (() => number) | undefined;
}

/** An attempt that failed, and what follows. */
export interface FailedAttempt {
  /** Its number, from 1 up. */
  readonly attempt: number;
  /** Milliseconds until the next one. */
  readonly delayMs: number;
}

/** How often to try, and how long to wait in between. */
export interface RetryOptions extends BackoffOptions {
  /** How often it is tried, the first time included: from 1 up, also `Infinity`. @default 3 */
  readonly attempts?: number | undefined;
  /** Whether another attempt makes sense after this error. @default always */
  readonly shouldRetry?: ((error: unknown, attempt: number) => boolean) | undefined;
  /** Told before each wait. */
  readonly onRetry?: ((error: unknown, failed: FailedAttempt) => void) | undefined;
}

const JITTERS: readonly unknown[] = ['full', 'decorrelated', 'none'];

/** The waits between attempts, in whole milliseconds, without end. */
export function* backoff({
  initialMs = 1_000,
  maxMs = 60_000,
  factor = 2,
  jitter = 'full',
  random = Math.random,
}: BackoffOptions = {}): Generator<number, never, void> {
  let previous = Math.min(initialMs, maxMs);
  for (let ceiling = previous; ; ceiling = Math.min(maxMs, ceiling * factor)) {
    if (jitter === 'none') yield Math.round(ceiling);
    else if (jitter === 'full') yield Math.round(random() * ceiling);
    else {
      previous = Math.min(maxMs, initialMs + random() * (previous * 3 - initialMs));
      yield Math.round(previous);
    }
  }
}

/**
 * What follows a failed attempt, if anything does; `onRetry` has then been told.
 *
 * Call `succeeded` when it is to begin anew.
 */
export class RetryPlan {
  readonly #options: RetryOptions;
  #delays: Generator<number, never, void>;
  #attempt = 0;

  /** @throws InvalidOptionError naming the option and the value. */
  constructor(options: RetryOptions) {
    checkRetryOptions(options);
    this.#options = options;
    this.#delays = backoff(options);
  }

  /** Milliseconds to the next attempt; `undefined` when there is none. */
  failed(error: unknown): number | undefined {
    const { attempts = 3, shouldRetry, onRetry } = this.#options;
    const attempt = ++this.#attempt;
    if (attempt >= attempts || shouldRetry?.(error, attempt) === false) return undefined;
    const delayMs = this.#delays.next().value;
    onRetry?.(error, { attempt, delayMs });
    return delayMs;
  }

  /** From here on the attempts are counted anew. */
  succeeded(): void {
    if (this.#attempt === 0) return;
    this.#attempt = 0;
    this.#delays = backoff(this.#options);
  }
}

/** @throws InvalidOptionError naming the option and the value. */
export function checkRetryOptions({
  attempts = 3,
  initialMs = 1_000,
  maxMs = 60_000,
  factor = 2,
  jitter = 'full',
}: RetryOptions): void {
  if (attempts !== Infinity && !(Number.isInteger(attempts) && attempts >= 1))
    refuse('a whole number from 1 up, or Infinity,', 'attempts', attempts);
  checkFrom(0, 'initialMs', initialMs);
  checkFrom(0, 'maxMs', maxMs);
  checkFrom(1, 'factor', factor);
  if (!JITTERS.includes(jitter))
    refuse(`one of ${JITTERS.map((one) => quote(one)).join(', ')}`, 'jitter', jitter);
}

function checkFrom(least: number, name: string, value: unknown): void {
  if (typeof value === 'number' && value >= least && value < Infinity) return;
  refuse(`a number from ${least} up`, name, value);
}

function refuse(expected: string, name: string, value: unknown): never {
  throw new InvalidOptionError(`Expected ${expected} as \`${name}\`, got ${quote(value)}.`);
}
