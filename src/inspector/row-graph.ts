import { Recent } from './recent.js';
import type { Draft, Subject } from './row-of.js';

export type Origin = 'timer' | 'background';

/** What is known of an activity. A listener may be named as a cause before it is told of itself. */
export interface Node {
  readonly id: number;
  cause: number;
  at: number;
  /** Its row, until that is shown. */
  row: Draft | null;
  /** What the row is about; forgotten when its turn is over, so that it keeps no data alive. */
  subject: Subject | null;
  /** Its context is that of nothing: no event led to it. */
  isUncaused: boolean;
  /** It is a beginning: what a timer does again and again, or a task of the background. */
  origin: Origin | null;
  /** Where it belongs turns out at the end of the turn. */
  isUndecided: boolean;
  /** The task of an async listener. */
  awaits: boolean;
  /** Of a service: the context of the call. */
  callId: string | null;
  /** Of any other task. */
  taskKey: string | null;
  isOpen: boolean;
  isShown: boolean;
  /** When the first thing happened that it led to; `null`: nothing yet. */
  ledAt: number | null;
  root: number;
  isRooted: boolean;
}

const KEPT = 20_000;
// Work that is started by work, without an event between.
const MAX_STEPS = 100;
// Some ids have no node: of what is one thing with another, and of listeners that have not returned.
const NEAR = 16;
// Longer ones are cut: there the number of the row with which the walk ended stands for the chain.
const MAX_WALK = 100_000;

/** Who led to whom: by the numbers of activities, and by the ids of contexts where these are missing. */
export class RowGraph {
  readonly #nodes = new Recent<number, Node>(KEPT);
  readonly #aliases = new Recent<number, number>(KEPT);
  readonly #contexts = new Recent<string, number>(KEPT);
  #newest = 0;

  /** Of an activity that is one thing with another one, that other one. */
  idOf(id: number): number {
    return this.#aliases.get(id) ?? id;
  }

  alias(id: number, other: number): void {
    this.#aliases.set(id, other);
  }

  get(id: number): Node | undefined {
    return this.#nodes.get(id);
  }

  at(id: number): Node {
    let node = this.#nodes.get(id);
    if (node) return node;
    node = {
      id,
      cause: 0,
      at: 0,
      row: null,
      subject: null,
      isUncaused: false,
      origin: null,
      isUndecided: false,
      awaits: false,
      callId: null,
      taskKey: null,
      isOpen: false,
      isShown: false,
      ledAt: null,
      root: id,
      isRooted: false,
    };
    this.#nodes.set(id, node);
    this.#newest = Math.max(this.#newest, id);
    return node;
  }

  /**
   * When what began right before an activity did so (0: not known), and what began right after it
   * (`null`: not known): ids go by beginnings.
   */
  beganAround(id: number): { readonly before: number; readonly after: number | null } {
    const nodeAt = (near: number): Node | undefined => {
      const node = this.get(near);
      return node?.isOpen ? node : undefined;
    };
    let before: Node | undefined;
    for (let near = id - 1; !before && near > 0 && id - near <= NEAR; near--) before = nodeAt(near);
    let after: Node | undefined;
    const last = Math.min(this.#newest, id + NEAR);
    for (let near = id + 1; !after && near <= last; near++) after = nodeAt(near);
    return { before: before?.at ?? 0, after: after?.at ?? null };
  }

  /** What made the context; the first that is known of it. */
  addContext(contextId: string, id: number): void {
    if (this.#contexts.get(contextId) === undefined) this.#contexts.set(contextId, id);
  }

  byContext(contextId: string | null | undefined): number {
    return typeof contextId === 'string' ? (this.#contexts.get(contextId) ?? 0) : 0;
  }

  /** In which beginning something happens, if no event lies between. */
  originOf(id: number): Origin | null {
    let node = this.get(id);
    for (let steps = 0; node && steps < MAX_STEPS; steps++) {
      if (node.origin !== null) return node.origin;
      if (!node.isUncaused) return null;
      node = this.get(node.cause);
    }
    return null;
  }

  /** The first of its chain. Each node is walked over once. */
  rootOf(id: number): number {
    const way: Node[] = [];
    let root = id;
    for (let at = this.get(id); at && way.length < MAX_WALK; at = this.get(at.cause)) {
      root = at.root;
      if (at.isRooted) break;
      way.push(at);
      if (at.cause === 0) break;
      root = at.cause; // and it may be gone
    }
    for (const node of way) Object.assign(node, { root, isRooted: true });
    return root;
  }
}
