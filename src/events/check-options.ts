import { Context } from '../causality/context.js';
import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';
import type { FireOptions } from './bus-event.js';

/** @throws InvalidOptionError naming the option and the value, here as in all functions below. */
export function checkFireOptions({ origin, context, timeFired }: FireOptions): void {
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
  if (at !== undefined && !(typeof at === 'number' && Number.isFinite(at)))
    throw invalid(name, 'epoch milliseconds', at);
}

export function checkFlag(name: string, flag: unknown): void {
  if (flag !== undefined && typeof flag !== 'boolean') throw invalid(name, 'a boolean', flag);
}

export function checkData(data: unknown): void {
  if (typeof data !== 'object') throw invalid('data', 'an object', data);
}

export function checkFilter(filter: unknown): void {
  if (filter !== undefined && typeof filter !== 'function')
    throw invalid('filter', 'a function', filter);
}

function invalid(name: string, wanted: string, value: unknown): InvalidOptionError {
  return new InvalidOptionError(`Expected ${wanted} as \`${name}\`, got ${quote(value)}.`);
}
