/** What a promise was rejected with; something that equals nothing else if it was not. */
export const caught = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => ({ isNoError: true, value }),
    (error: unknown) => error,
  );

export const never = (): Promise<never> => new Promise(() => undefined);

/** The rejections that nobody handled while `body` ran. */
export async function unhandledDuring(body: () => unknown): Promise<unknown[]> {
  const seen: unknown[] = [];
  const note = (reason: unknown): void => void seen.push(reason);
  process.on('unhandledRejection', note);
  try {
    await body();
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
  } finally {
    process.off('unhandledRejection', note);
  }
  return seen;
}
