import type { HubStage } from '../hub-api/hub.js';
import type { Late } from '../ownership/late.js';

/** How long each part of starting and stopping may take, in milliseconds. Home Assistant's figures. */
export interface StageTimeouts {
  /** For what is tracked at the start. @default 15_000 */
  readonly start: number;
  /** For the shutdown jobs. @default 20_000 */
  readonly shutdownJobs: number;
  /** For what `homeassistant_stop` begins, and what still runs. @default 100_000 */
  readonly stop: number;
  /** For what `homeassistant_final_write` begins. @default 60_000 */
  readonly finalWrite: number;
  /** For all that is closed: the entries, then `homeassistant_close`, the executor, the rest. @default 30_000 */
  readonly close: number;
}

export const DEFAULT_STAGE_TIMEOUTS: StageTimeouts = {
  start: 15_000,
  shutdownJobs: 20_000,
  stop: 100_000,
  finalWrite: 60_000,
  close: 30_000,
};

/** A stage by the name of its limit; `unload` is the end of one owner, with `unloadTimeoutMs`. */
export type LateStage = keyof StageTimeouts | 'unload';

/** What startup and shutdown do to the hub that walks through them. */
export interface StagedHub {
  readonly timeouts: StageTimeouts;
  readonly stage: HubStage;
  /** Whether `stop()` was called: a start goes no further. */
  readonly isStopping: boolean;
  enter(stage: HubStage): void;
  fire(type: string): void;
  /** Names what is late, each thing once. */
  tellLate(stage: LateStage, late: readonly Late[]): void;
}
