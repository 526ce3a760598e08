import type { Late } from './late.js';

/** What a scope can hold: it is told to end, and may take time for it. */
export interface Owned {
  readonly name: string;
  /** At the first step of closing, before anything is awaited: stop, or be told to stop. */
  silence?(): void;
  /** In its turn, last in first out. */
  end?(): unknown;
  /** Whether the code that closes the scope is part of this, so that waiting would never end. */
  isCaller?(): boolean;
  /** What is said of it when it is late. @default that it is a teardown */
  late?(): Late;
  /** It was late: nobody waits for it any more. */
  leave?(): void;
}
