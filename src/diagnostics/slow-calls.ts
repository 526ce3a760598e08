import type { Stopwatch, TimedCall } from '../causality/probe.js';
import { quote } from '../errors/quote.js';
import type { Finding } from './diagnostics.js';
import { Doublings } from './doublings.js';

/** Milliseconds that a listener may keep the loop, on which everything else waits. */
const SLOW_CALL_MS = 50;

/**
 * Names the listeners and subscribers that keep the loop for over 50 ms in one call, for each type
 * of event once, and again when one takes twice as long.
 */
export class SlowCalls implements Stopwatch {
  readonly #record: (finding: Finding) => void;
  readonly #told = new Doublings();

  constructor(record: (finding: Finding) => void) {
    this.#record = record;
  }

  took(ms: number, { node: { owner, name, kind }, type }: TimedCall): void {
    if (ms <= SLOW_CALL_MS) return;
    if (!this.#told.isNews(JSON.stringify([owner.name, kind, name, type]), ms)) return;
    this.#record({
      kind: 'slow-listener',
      owner: owner.name,
      name,
      message: `${kind} ${quote(name)} of ${owner.name} kept the loop for ${Math.round(ms)} ms at ${quote(type)}; all else waited.`,
      durationMs: ms,
      detail: { event: type, call: kind },
    });
  }
}
