import { Context } from '../causality/context.js';
import { currentContext } from '../causality/execution.js';

/** What led to a value of a stream: its own context, if it has one; else what is running. */
export function causeOf(value: unknown): Context | null {
  const context: unknown = (value as { context?: unknown } | null | undefined)?.context;
  return context instanceof Context ? context : currentContext();
}
