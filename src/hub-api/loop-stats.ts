/** How the event loop of the process fares, as `hub.snapshot().loop` shows it. */
export interface LoopStats {
  /** By how much it was behind, at worst in the last one to two seconds. */
  readonly delayMs: number;
  /** How often it stood still for longer than the threshold, since the hub was started. */
  readonly stalls: number;
  /** The longest of these. */
  readonly longestMs: number;
}
