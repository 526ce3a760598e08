import type { TestHub } from 'rxhome/testing';

/** Notes a step. What counts is the order. */
export type Log = (step: string) => void;

/**
 * A small program that says what it does. Where the order depends on timers they are 20 ms or more
 * apart, so that real time has one order too. `hub` gives the hub of this run.
 */
export type Program = (log: Log, hub: () => TestHub) => unknown;

export type Programs = Readonly<Record<string, Program>>;

/** Lets that many promises settle, one after the other. */
export async function hops(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await Promise.resolve();
}

/** The message of what a promise rejects with. */
export async function failure(work: Promise<unknown>): Promise<string> {
  try {
    return `no failure: ${String(await work)}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
