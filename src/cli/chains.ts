import type { Activity } from 'rxhome';
import { endStep, isBackground, isHousekeeping, type Step, stepOf } from './chain-steps.js';

/** What one cause led to, as far as it is known when it is told. */
export interface Chain {
  readonly steps: readonly Step[];
  /** How many steps more there were than are kept. */
  readonly hidden: number;
  /** Something in it still runs: more will be told. */
  readonly isOpen: boolean;
  /** The beginning of it was told before. */
  readonly isContinued: boolean;
}

/** When a chain is told, and how much is kept. */
export interface ChainLimits {
  /** Milliseconds without anything new, after which a chain in which nothing runs has ended. */
  readonly quietMs: number;
  /** Milliseconds after which a chain is told, ended or not. */
  readonly longestMs: number;
  readonly maxChains: number;
  /** Steps kept per chain; what is beyond is counted. */
  readonly maxSteps: number;
}

const DEFAULTS: ChainLimits = { quietMs: 150, longestMs: 2_000, maxChains: 500, maxSteps: 40 };
/** Steps per chain of which the descendants are recognised. */
const MAX_MEMBERS = 10_000;

interface OpenChain {
  steps: Step[];
  hidden: number;
  isContinued: boolean;
  /** Whether there is something that was not told yet. */
  hasNews: boolean;
  since: number;
  lastAt: number;
  readonly running: Set<number>;
  readonly members: Set<number>;
  readonly contexts: Set<string>;
}

/**
 * Groups the activities of a hub by what led to them. A chain begins with what nothing led to and
 * holds all that descends from it, by the activity in which it began or by its context.
 *
 * An event that no context led to begins a chain of its own, also inside a task: three files
 * found by one look at a folder are three stories. Background tasks hold no chain together,
 * because they run for as long as the home. Has no timers: `take` is told the time.
 */
export class Chains {
  readonly #limits: ChainLimits;
  readonly #open = new Set<OpenChain>();
  readonly #byActivity = new Map<number, OpenChain>();
  readonly #byContext = new Map<string, OpenChain>();
  #overflow: Chain[] = [];

  constructor(limits: Partial<ChainLimits> = {}) {
    this.#limits = { ...DEFAULTS, ...limits };
  }

  /** How many chains are being followed. */
  get size(): number {
    return this.#open.size;
  }

  add(activity: Activity): void {
    if (activity.phase === 'end') {
      this.#end(activity);
      return;
    }
    const step = stepOf(activity);
    const known = this.#chainOf(step);
    const holdsTogether = !isBackground(activity);
    if (!known && !holdsTogether) return;
    const chain = known ?? this.#begin(step.at);
    chain.lastAt = Math.max(chain.lastAt, step.at);
    chain.hasNews = true;
    if (chain.steps.length < this.#limits.maxSteps) chain.steps.push(step);
    else chain.hidden++;
    if (!holdsTogether || chain.members.size >= MAX_MEMBERS) return;
    chain.members.add(step.id);
    this.#byActivity.set(step.id, chain);
    if (step.status === 'running') chain.running.add(step.id);
    if (step.contextId !== null) {
      chain.contexts.add(step.contextId);
      this.#byContext.set(step.contextId, chain);
    }
  }

  /** The chains that are to be told at `now`, each one once; one that is still open again later. */
  take(now: number): Chain[] {
    const due = this.#overflow;
    this.#overflow = [];
    const { quietMs, longestMs } = this.#limits;
    for (const chain of this.#open) {
      if (chain.running.size === 0 && now - chain.lastAt >= quietMs) due.push(this.#close(chain));
      else if (chain.hasNews && now - chain.since >= longestMs) due.push(this.#pause(chain, now));
    }
    return due.filter(({ steps }) => steps.length > 0);
  }

  /** All that is left, at the end. */
  takeAll(): Chain[] {
    return this.take(Infinity);
  }

  #chainOf(step: Step): OpenChain | undefined {
    if (step.kind === 'event' && step.causeId === null && !isHousekeeping(step)) return undefined;
    // A listener is told of after what it did, so what it did finds its chain by the context.
    return (
      this.#byActivity.get(step.parent) ??
      (step.causeId === null ? undefined : this.#byContext.get(step.causeId))
    );
  }

  #begin(at: number): OpenChain {
    if (this.#open.size >= this.#limits.maxChains) {
      const [oldest] = this.#open;
      if (oldest) this.#overflow.push(this.#close(oldest));
      if (this.#overflow.length > this.#limits.maxChains) this.#overflow.shift();
    }
    const chain: OpenChain = {
      steps: [],
      hidden: 0,
      isContinued: false,
      hasNews: true,
      since: at,
      lastAt: at,
      running: new Set(),
      members: new Set(),
      contexts: new Set(),
    };
    this.#open.add(chain);
    return chain;
  }

  #end(activity: Activity): void {
    const chain = this.#byActivity.get(activity.id);
    if (!chain) return;
    chain.running.delete(activity.id);
    chain.lastAt = Math.max(chain.lastAt, activity.at);
    const step = chain.steps.find(({ id }) => id === activity.id);
    if (step) endStep(step, activity);
    chain.hasNews = true;
  }

  #close(chain: OpenChain): Chain {
    this.#open.delete(chain);
    for (const id of chain.members) this.#byActivity.delete(id);
    for (const id of chain.contexts) this.#byContext.delete(id);
    return this.#told(chain, chain.running.size > 0);
  }

  /** Told as it stands; what still runs is kept, so that its end can be told. */
  #pause(chain: OpenChain, now: number): Chain {
    const told = this.#told(chain, true);
    chain.steps = chain.steps.filter(({ status }) => status === 'running');
    chain.hidden = 0;
    chain.isContinued = true;
    chain.hasNews = false;
    chain.since = now;
    return told;
  }

  #told({ steps, hidden, isContinued }: OpenChain, isOpen: boolean): Chain {
    return { steps: steps.map((step) => ({ ...step })), hidden, isContinued, isOpen };
  }
}
