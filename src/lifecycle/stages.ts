import type { HubStage } from '../hub-api/hub.js';

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
  /** For unloading entries, the executor and everything owned. @default 30_000 */
  readonly close: number;
}

export const DEFAULT_STAGE_TIMEOUTS: StageTimeouts = {
  start: 15_000,
  shutdownJobs: 20_000,
  stop: 100_000,
  finalWrite: 60_000,
  close: 30_000,
};

/** What startup and shutdown do to the hub that walks through them. */
export interface StagedHub {
  readonly timeouts: StageTimeouts;
  readonly stage: HubStage;
  enter(stage: HubStage): void;
  fire(type: string): void;
  warn(message: string, late: readonly string[]): void;
}
