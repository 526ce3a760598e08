import type { Finding } from './diagnostics.js';
import { userFrame } from './user-frame.js';

/** Whose code ran, and which listener, task or job of it. */
export interface RunningCode {
  readonly owner: string | null;
  readonly work: string | null;
}

/** The loop stood still: how long, and what was seen meanwhile. */
export interface Stall {
  readonly ms: number;
  readonly code: RunningCode | null;
  /** Of what ran, if somebody has looked. */
  readonly stack: string | null;
  /** Why nothing is known of what ran, should that be so. */
  readonly unknownBecause: string;
}

/** A stall as a finding: how long, whose function, and where it stands. */
export function stallFinding(stall: Stall, thresholdMs: number): Finding {
  const { code, stack, unknownBecause } = stall;
  const frame = stack === null ? undefined : userFrame(stack);
  const owner = code?.owner ?? null;
  const work = code?.work ?? null;
  const name = frame?.name ?? work ?? (frame ? 'a function without a name' : null);
  const durationMs = Math.round(stall.ms);
  const where = frame?.where ?? null;
  const told = `The event loop stood still for ${durationMs} ms`;
  const culprit = name && `\`${name}\`${owner === null ? '' : ` of ${owner}`}`;
  return {
    kind: 'loop-stall',
    owner,
    name: name ?? 'unknown',
    message: culprit
      ? `${told}: ${culprit} was running${where === null ? '' : ` (${where})`}.`
      : `${told}; what was running is not known: ${unknownBecause}.`,
    durationMs,
    where,
    stack: frame ? stack : null,
    detail: { work, thresholdMs, ...(!culprit && { unknownBecause }) },
  };
}
