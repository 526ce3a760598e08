const COMPACT_FROM = 16;

/** What can stand in a channel. */
export interface Slot {
  /** Its place, so that it is found at once. */
  index: number;
  /** May go on after an `await`. */
  readonly mayAwait: boolean;
  /** Cannot simply be called: it has a filter, or is called as a task of its own. */
  needsCare: boolean;
}

/**
 * The nodes of one address in the order of their registration. Removing leaves a hole, so that it
 * costs the same at any size; holes are closed, in a new list, when they are the larger half. A
 * delivery under way goes on with the list it has: a node that was removed does nothing.
 */
export class Channel<N extends Slot> {
  nodes: (N | null)[] = [];
  // Counted when somebody comes or goes, so that a delivery reads two fields.
  /** Whether all nodes are alike, so that a delivery need not look at each. */
  isUniform = true;
  /** Whether some of them may go on after an `await`. */
  mayAwait = false;
  #size = 0;
  #awaiting = 0;
  #needingCare = 0;
  readonly #onEmpty: (() => void) | undefined;

  constructor(onEmpty?: () => void) {
    this.#onEmpty = onEmpty;
  }

  get size(): number {
    return this.#size;
  }

  add(node: N): void {
    node.index = this.nodes.length;
    this.nodes.push(node);
    this.#size++;
    if (node.mayAwait) this.#awaiting++;
    if (node.needsCare) this.#needingCare++;
    this.#look();
  }

  remove(node: N): void {
    this.nodes[node.index] = null;
    this.#size--;
    if (node.mayAwait) this.#awaiting--;
    if (node.needsCare) this.#needingCare--;
    this.#look();
    if (this.#size === 0) this.#onEmpty?.();
    const holes = this.nodes.length - this.#size;
    if (holes > COMPACT_FROM && holes > this.#size) this.#compact();
  }

  /** From now on `node` needs care. */
  takeCareOf(node: N): void {
    if (node.needsCare) return;
    node.needsCare = true;
    this.#needingCare++;
    this.#look();
  }

  #look(): void {
    this.mayAwait = this.#awaiting > 0;
    this.isUniform = this.#needingCare === 0 && (!this.mayAwait || this.#awaiting === this.#size);
  }

  #compact(): void {
    this.nodes = this.nodes.filter((node) => node !== null);
    for (let i = 0; i < this.nodes.length; i++) (this.nodes[i] as N).index = i;
  }
}
