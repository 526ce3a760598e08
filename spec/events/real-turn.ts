// Taken before virtual time begins.
const later = setImmediate;
const soon = setTimeout;

/**
 * Lets the real event loop go round. What was left uncaught or unhandled has then come to light:
 * jest listens to `uncaughtException` and `unhandledRejection` of the real process (a spec cannot,
 * its `process` is a copy) and fails the test that is running.
 */
export function realTurn(): Promise<void> {
  return new Promise((resolve) => later(() => later(() => resolve())));
}

/** Waits in real time, for what only Node's own timers can show. */
export function realMs(ms: number): Promise<void> {
  return new Promise((resolve) => soon(resolve, ms));
}

/** Waits in real time until something is so, some seconds at most; then `expect` says what is not. */
export async function realUntil(isSo: () => boolean): Promise<void> {
  for (let i = 0; i < 5_000 && !isSo(); i++) await realMs(2);
}
