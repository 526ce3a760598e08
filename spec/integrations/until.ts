/** Waits until `read` gives something, or fails with what it gave last. */
export async function until<T>(
  what: string | (() => string),
  read: () => T | Promise<T>,
  timeoutMs = 15_000, // a busy machine may stop everything for seconds
): Promise<NonNullable<T>> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const value = await read();
    if (value !== undefined && value !== null && value !== false) return value;
    if (Date.now() > end)
      throw new Error(`Waited ${timeoutMs} ms for ${typeof what === 'string' ? what : what()}.`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** A moment in which nothing more should happen. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
