import type { LateStage } from '../lifecycle/stages.js';
import { describeLate, type Late } from '../ownership/late.js';
import type { Finding } from './diagnostics.js';

/**
 * Names what is late: a finding for each thing, with its owner, its age and the stage that goes on
 * without it. A thing that is late in several stages of one stop is named in the first of them.
 */
export class LateThings {
  readonly #record: (finding: Finding) => void;
  // What was late at the start runs on for days, and may be late again at the stop.
  readonly #atStart = new WeakSet<object>();
  readonly #atEnd = new WeakSet<object>();

  constructor(record: (finding: Finding) => void) {
    this.#record = record;
  }

  tell(stage: LateStage, limitMs: number, late: readonly Late[]): void {
    const told = stage === 'start' ? this.#atStart : this.#atEnd;
    for (const one of late) {
      const { thing, what, owner, name, ageMs } = one;
      if (told.has(thing)) continue;
      told.add(thing);
      this.#record({
        kind: 'late',
        owner,
        name,
        message: `${GOES_ON[stage]} goes on without ${describeLate(one)}.`,
        durationMs: ageMs,
        detail: { stage, what, limitMs },
      });
    }
  }
}

const GOES_ON: Readonly<Record<LateStage, string>> = {
  start: 'The start',
  unload: 'The unloading',
  shutdownJobs: 'The stop (stage `shutdownJobs`)',
  stop: 'The stop (stage `stop`)',
  finalWrite: 'The stop (stage `finalWrite`)',
  close: 'The stop (stage `close`)',
};
