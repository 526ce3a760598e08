import { Context } from '../causality/context.js';
import { currentContext, currentExecution } from '../causality/execution.js';
import { eventActivity } from '../events/activity.js';
import { BusEvent } from '../events/bus-event.js';

/** What led to a value of a stream: its own context, if it has one; else what is running. */
export function causeOf(value: unknown): Context | null {
  const context: unknown = (value as { context?: unknown } | null | undefined)?.context;
  return context instanceof Context ? context : currentContext();
}

/**
 * The activity that led to a value of a stream. What is running has, unless an operator held the
 * value back and lets it go in the flow of a later one: then it is the event itself, or nobody knows.
 */
export function activityOf(value: unknown): number {
  const running = currentExecution();
  const isOfWhatRuns = running !== undefined && causeOf(value) === running.context;
  if (isOfWhatRuns && running.activity !== 0) return running.activity;
  return value instanceof BusEvent ? eventActivity(value as BusEvent) : 0;
}
