import type { Expectation } from './expectation.js';
import { ForgottenAwaitError, MarbleMismatchError } from './testing-errors.js';

/** All that one marble test expects. */
export class Expectations {
  readonly #all: Expectation[] = [];
  #isOver = false;
  #failure: Error | undefined;

  /** The last frame that a diagram speaks about. */
  get horizon(): number {
    return Math.max(0, ...this.#all.map((one) => one.horizon));
  }

  get isOpenEnded(): boolean {
    return this.#all.some((one) => one.isOpenEnded);
  }

  /**
   * Makes place for an expectation, which is given to the returned function once its `toBe` is
   * called. Until then it stands for its own absence.
   *
   * @throws ForgottenAwaitError when the test is over; the test fails with it too.
   */
  promise(tool: string, recording?: { close(): void }): (expectation: Expectation) => void {
    if (this.#isOver) {
      const message = `\`${tool}\` was called after the test had ended: something in its body is not awaited.`;
      throw this.fail(new ForgottenAwaitError(message));
    }
    const absent = `An expectation has no \`toBe\`, so it expects nothing: \`${tool}\`.`;
    const index = this.#all.push({
      horizon: 0,
      isOpenEnded: false,
      close: () => recording?.close(),
      check: () => new MarbleMismatchError(absent),
    });
    return (expectation) => {
      this.#all[index - 1] = expectation;
    };
  }

  /** Lets the test fail with `error`, whatever else it does; the first one counts. */
  fail(error: Error): Error {
    this.#failure ??= error;
    return error;
  }

  /** What the test failed with by itself. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** The body is over, and so are the diagrams: from here on only streams are looked at. */
  endOfTest(): void {
    for (const one of this.#all) one.endOfTest?.();
  }

  /** @throws MarbleMismatchError that tells of all expectations that were not met. */
  check(): void {
    const failures = this.#all.map((one) => one.check()).filter((one) => one !== undefined);
    if (failures.length > 0) throw all(failures);
  }

  /** From here on nothing is recorded, and nothing more may be expected. */
  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const one of this.#all) one.close();
  }
}

function all(failures: readonly Error[]): Error {
  const [first] = failures;
  if (first === undefined || failures.length === 1) return first ?? new Error();
  const message = failures.map((one, i) => `${i + 1}. ${one.message}`).join('\n');
  const error = new MarbleMismatchError(`${failures.length} expectations failed.\n\n${message}`, {
    cause: first,
  });
  const frames = (first.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  error.stack = `${error.name}: ${error.message}\n${frames.join('\n')}`;
  return error;
}
