import { currentExecution } from '../causality/execution.js';
import type { Scope } from '../ownership/scope.js';
import type { ListenerNode } from './listener-node.js';

// Beside the node and not in it: most listeners are made by the code of their owner.
const makers = new WeakMap<ListenerNode, Scope>();
const makersForOthers = new WeakSet<Scope>();

/**
 * Remembers whose code has made a listener, where that is not its owner's but that of a part of it:
 * a config entry that listens through the hub itself. Such a listener does not end with its maker.
 *
 * @param called Who is being called, where what runs does not say whose code it is.
 */
export function noteMaker(node: ListenerNode, called: ListenerNode | null): void {
  const running = currentExecution();
  if (running === undefined) return;
  const maker = running.owner ?? called?.owner;
  if (maker === undefined || maker === node.owner || !maker.isIn(node.owner)) return;
  makers.set(node, maker);
  makersForOthers.add(maker);
}

/** Whose code made a listener, if that is not its owner's. */
export function makerOf(node: ListenerNode): Scope | null {
  return makers.get(node) ?? null;
}

/** Whether code of `scope` has ever made a listener of an owner that outlives it. */
export function madeForOthers(scope: Scope): boolean {
  return makersForOthers.has(scope);
}
