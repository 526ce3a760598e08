/**
 * Browsers allow six connections to one place, over all tabs. If open feeds took them all, no page
 * could be loaded and no button pressed; so four feeds at most, and two connections stay free.
 */
export const FEEDS_AT_MOST = 4;

/** A place for one feed in this browser; `null` if there is none. Returns what gives it back. */
export async function takeFeedSlot(): Promise<(() => void) | null> {
  if (!('locks' in navigator)) return () => undefined;
  for (let slot = 1; slot <= FEEDS_AT_MOST; slot++) {
    const release = await lock(`rxhome-feed-${slot}`);
    if (release !== null) return release;
  }
  return null;
}

/** The browser itself gives back the lock of a page that is gone. */
function lock(name: string): Promise<(() => void) | null> {
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(name, { ifAvailable: true }, (held) => {
        if (held === null) {
          resolve(null);
          return undefined;
        }
        return new Promise<void>((release) => {
          resolve(release);
        });
      })
      .catch(reject);
  });
}
