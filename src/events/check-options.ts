import { Context } from '../causality/context.js';
import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';
import type { FireOptions } from './bus-event.js';

const LAST_INSTANT = 8.64e15; // what a Date can hold

/** @throws InvalidOptionError naming the option and the value, here as in all functions below. */
export function checkFireArguments(data: unknown, options: FireOptions = {}): void {
  if (data !== undefined && typeof data !== 'object') throw invalid('data', 'an object', data);
  const { origin, context, timeFired } = options;
  if (origin !== undefined && origin !== 'local' && origin !== 'remote')
    throw invalid('origin', '`local` or `remote`', origin);
  checkContext(context);
  checkInstant('timeFired', timeFired);
}

export function checkContext(context: unknown): void {
  if (context !== undefined && !(context instanceof Context))
    throw invalid('context', 'a Context', context);
}

export function checkInstant(name: string, at: unknown): void {
  if (at !== undefined && !(typeof at === 'number' && Math.abs(at) <= LAST_INSTANT))
    throw invalid(name, 'epoch milliseconds', at);
}

export function checkFlag(name: string, flag: unknown): void {
  if (flag !== undefined && typeof flag !== 'boolean') throw invalid(name, 'a boolean', flag);
}

function invalid(name: string, wanted: string, value: unknown): InvalidOptionError {
  return new InvalidOptionError(`Expected ${wanted} as \`${name}\`, got ${quote(value)}.`);
}
