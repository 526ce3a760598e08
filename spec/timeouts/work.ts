import { expect } from '@jest/globals';
import { sleep } from 'rxhome';
import { expectNoLeaks, type HubMarbleTest, marbles } from 'rxhome/testing';

/** A spec in virtual time, at whose end every zone is gone. */
export const timed = (body: (test: HubMarbleTest) => Promise<unknown>) => () =>
  marbles(async (test) => {
    await body(test);
    expect(test.hub.snapshot().timeouts).toEqual([]);
    expectNoLeaks(test.hub);
    expect(test.clock.pendingCount).toBe(0);
  });

/** Work that takes `ms`, ends when it is told to, and then gives `value`. */
export async function work<T>(ms: number, signal?: AbortSignal, value?: T): Promise<T | undefined> {
  await sleep(ms, { signal });
  return value;
}

/** What was measured: how something ended, and when. */
export interface Ending {
  readonly at: number;
  readonly value?: unknown;
  readonly error?: unknown;
}

/** Notes how a promise ends, and at which virtual instant. */
export function ending(
  clock: { readonly frame: number },
  promise: Promise<unknown>,
): Promise<Ending> {
  return promise.then(
    (value) => ({ at: clock.frame, value }),
    (error: unknown) => ({ at: clock.frame, error }),
  );
}

/** The ending of a run whose time was over at `at`. */
export const timedOutAt = (at: number): object => ({ at, error: { code: 'TIMEOUT' } });
