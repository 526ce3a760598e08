/** One step on the way from the first cause to what was asked for. */
export interface WhyStep {
  /** The type of the event. */
  readonly type: string;
  /** Who fired it; `null` if nobody listened, so that there is no event to tell. */
  readonly owner: string | null;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly contextId: string;
  /** The context of its cause. */
  readonly parentId: string | null;
  readonly userId: string | null;
  /** Of a change of state: whose, and to which text; `null` for its removal. */
  readonly entityId?: string;
  readonly state?: string | null;
}

/** What `hub.why()` answers. */
export interface Why {
  /** What was asked for. */
  readonly subject: string;
  /** From the first cause to the subject; empty when nothing is known of it. */
  readonly steps: readonly WhyStep[];
  /** Whether it begins with something that no event caused. */
  readonly isComplete: boolean;
  /** Why it does not. */
  readonly cutBecause: string | null;
  /** The chain in words, from the subject back to its first cause. */
  readonly sentence: string;
}
