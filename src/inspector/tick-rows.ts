import { asyncScheduler } from 'rxjs';
import type { Node } from './row-graph.js';

/** What a timer does again and again is of interest only if it takes as long as this. */
const LASTS_MS = 250;

/** The work of timers that tick: held back until it is known whether there was more to it. */
export class TickRows {
  #nodes = new Set<Node>();

  get isEmpty(): boolean {
    return this.#nodes.size === 0;
  }

  add(node: Node): void {
    this.#nodes.add(node);
  }

  /** Those that are to be shown: they failed, or take long. The others are forgotten when they end. */
  *ripe(): Iterable<Node> {
    const now = asyncScheduler.now();
    for (const node of this.#nodes) {
      const { row } = node;
      const isRunning = row?.status === 'running';
      const ms = row === null ? 0 : isRunning ? now - row.at : row.dur;
      if (row !== null && (row.status === 'failed' || ms >= LASTS_MS)) yield node;
      else if (isRunning) continue;
      this.#nodes.delete(node);
      node.subject = null;
    }
  }
}
