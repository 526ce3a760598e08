/**
 * A function of the loop, as the code in a worker holds it: the type to give a parameter of an
 * exported worker function. Who calls that function passes an ordinary function for it.
 *
 * It works as long as the job runs, and throws `StageError` afterwards.
 */
export interface MainCallback<A extends readonly unknown[] = [], R = void> {
  /**
   * Runs the function on the loop and blocks this thread until its value, or the value of its
   * promise, is here. What it throws is thrown here, with its class.
   *
   * @throws the reason of the job when it is cancelled, also when it is already waiting.
   * @throws ShutdownError when the hub is stopping, also when it is already waiting.
   * @throws NotCloneableError when an argument or the value cannot be copied between threads.
   */
  (...args: A): R;

  /** Has the function run on the loop, without waiting; what it throws is reported there. */
  post(...args: A): void;
}

/** What a caller passes for a parameter: an ordinary function in the place of a `MainCallback`. */
export type CallerArgument<T> =
  T extends MainCallback<infer A extends readonly unknown[], infer R>
    ? (...args: A) => R | PromiseLike<R>
    : T;

/** The parameters of a worker function as its caller sees them. */
export type CallerArguments<A extends readonly unknown[]> = {
  [I in keyof A]: CallerArgument<A[I]>;
};
