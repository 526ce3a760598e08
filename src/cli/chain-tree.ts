import { changeOf, isHousekeeping, type Step } from './chain-steps.js';
import type { Chain } from './chains.js';

/** A step with what it led to. */
export interface Branch {
  readonly step: Step;
  readonly led: readonly Branch[];
}

/**
 * How much a chain has to say. `story`: something led to something, or failed. `values`: somebody
 * only wrote down what he measured. `nothing`: housekeeping.
 */
export type Mood = 'story' | 'values' | 'nothing';

export function moodOf(branches: readonly Branch[]): Mood {
  const steps = branches.flatMap(flat);
  const isStory = steps.some(
    (step) =>
      // A failure alone stands in the log already.
      (step.status === 'failed' && steps.length > 1) ||
      step.kind === 'listener' ||
      (step.kind === 'event' && !isHousekeeping(step)),
  );
  if (isStory) return 'story';
  return steps.some((step) => changeOf(step) !== null) ? 'values' : 'nothing';
}

/**
 * The steps of a chain as a tree, in the order in which they began. Left out are listeners that
 * did nothing, and the tasks of async listeners: each is one thing with its listener.
 */
export function treeOf({ steps }: Pick<Chain, 'steps'>): Branch[] {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const byContext = new Map(
    steps.flatMap((step) => (step.contextId === null ? [] : [[step.contextId, step] as const])),
  );
  const below = new Map<Step | null, Step[]>();
  for (const step of [...steps].sort((a, b) => a.id - b.id)) {
    const parent = byId.get(step.parent) ?? (step.causeId ? byContext.get(step.causeId) : null);
    const place = parent === undefined || parent === step ? null : parent;
    below.set(place, [...(below.get(place) ?? []), step]);
  }
  const branch = (step: Step): Branch[] => {
    const all = below.get(step) ?? [];
    const own = all.filter(({ isListenerTask }) => isListenerTask);
    const led = all.filter(({ isListenerTask }) => !isListenerTask).flatMap(branch);
    const ended = own.find(({ status }) => status !== 'done');
    const merged = ended ? { ...step, status: ended.status } : step;
    // What the task of a listener led to is what the listener led to.
    const more = own.flatMap((task) => (below.get(task) ?? []).flatMap(branch));
    if (step.kind === 'listener' && led.length + more.length === 0 && merged.status === 'done')
      return [];
    return [{ step: merged, led: [...led, ...more] }];
  };
  return (below.get(null) ?? []).flatMap(branch);
}

function flat({ step, led }: Branch): Step[] {
  return [step, ...led.flatMap(flat)];
}
