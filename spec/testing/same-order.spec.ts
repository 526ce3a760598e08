import { beforeAll, describe, expect, it } from '@jest/globals';
import { createTestHub, marbles, type TestHub } from 'rxhome/testing';
import { bus } from './programs/bus.js';
import type { Log, Program } from './programs/program.js';
import { streams } from './programs/streams.js';
import { timers } from './programs/timers.js';
import { work } from './programs/work.js';

const programs = Object.entries({ ...timers, ...streams, ...bus, ...work });

/** Programs keep 20 ms between what timers do, so a loop that is later than that proves nothing. */
const TOO_LATE_MS = 10;
/** It need not be late at once: a little adds up when timers set each other. */
const PUNCTUAL_MS = 2;
/** A program takes half a second at most. */
const ATTEMPTS = 25;

interface RealRun {
  readonly steps: readonly string[];
  /** Whether the loop was so late meanwhile that the order may be another. */
  readonly isDisturbed: boolean;
}

/** Runs a program and gives its steps; what it leaves behind is not listened to. */
async function stepsOf(program: Program, hub: () => TestHub): Promise<string[]> {
  const steps: string[] = [];
  let isOver = false;
  const log: Log = (step) => {
    if (!isOver) steps.push(step);
  };
  try {
    await program(log, hub);
  } finally {
    isOver = true;
  }
  return steps;
}

async function inVirtualTime(program: Program): Promise<string[]> {
  let steps: string[] = [];
  await marbles(async (test) => {
    steps = await stepsOf(program, () => test.hub);
  });
  return steps;
}

/** Runs programs side by side. */
async function inRealTime(all: readonly Program[]): Promise<RealRun[]> {
  const lateness: { at: number; ms: number }[] = [];
  let seen = performance.now();
  const probe = setInterval(() => {
    const at = performance.now();
    lateness.push({ at, ms: at - seen - 5 });
    seen = at;
  }, 5);
  const runs = all.map(async (program) => {
    const begunAt = performance.now();
    let made: TestHub | undefined;
    const steps = await stepsOf(program, () => (made ??= createTestHub({ time: 'real' })));
    // The probe may itself be late: its next tick tells of the time until now.
    await new Promise((resolve) => setTimeout(resolve, 20));
    await made?.stop();
    const lateMs = lateness
      .filter(({ at, ms }) => at >= begunAt && ms > PUNCTUAL_MS)
      .reduce((sum, { ms }) => sum + ms, 0);
    return { steps, isDisturbed: lateMs > TOO_LATE_MS };
  });
  try {
    return await Promise.all(runs);
  } finally {
    clearInterval(probe);
  }
}

/** Draws two logs under each other up to where they part; nothing if they are the same. */
function difference(virtual: readonly string[], real: readonly string[]): string | undefined {
  const length = Math.max(virtual.length, real.length);
  const at = Array.from({ length }, (_, i) => i).find((i) => virtual[i] !== real[i]);
  if (at === undefined) return undefined;
  const draw = (steps: readonly string[]): string =>
    steps.map((step, i) => `  ${i === at ? '>' : ' '} ${step}`).join('\n');
  return `Step ${at + 1} differs.\nvirtual time:\n${draw(virtual)}\nreal time:\n${draw(real)}`;
}

describe('the same program in virtual and in real time', () => {
  const real = new Map<string, RealRun>();

  beforeAll(async () => {
    const runs = await inRealTime(programs.map(([, program]) => program));
    for (const [i, run] of runs.entries()) real.set(programs[i]?.[0] ?? '', run);
  }, 30_000);

  it('is tried with enough of them', () => {
    expect(programs.length).toBeGreaterThanOrEqual(40);
    expect(real.size).toBe(programs.length);
  });

  it.each(programs)('has one order: %s', async (name, program) => {
    const virtual = await inVirtualTime(program);
    let run = real.get(name);
    for (let i = 1; i < ATTEMPTS && run?.isDisturbed && difference(virtual, run.steps); i++)
      [run] = await inRealTime([program]);
    const found = difference(virtual, run?.steps ?? []);
    if (found !== undefined)
      throw new Error(`${found}\n${run?.isDisturbed ? 'The machine was late each time.' : ''}`);
    expect(virtual.length).toBeGreaterThan(1);
    expect(await inVirtualTime(program)).toEqual(virtual);
  });

  it('would be told of by both logs', () => {
    expect(difference(['a', 'b'], ['a', 'b'])).toBeUndefined();
    expect(difference(['a', 'b', 'c'], ['a', 'c', 'b'])).toBe(
      'Step 2 differs.\nvirtual time:\n    a\n  > b\n    c\nreal time:\n    a\n  > c\n    b',
    );
    expect(difference(['a'], ['a', 'b'])).toContain('Step 2 differs');
  });
});
