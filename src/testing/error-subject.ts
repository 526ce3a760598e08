import type { HubErrorReport } from '../errors/report.js';
import type { BusSubject } from './expect-bus.js';
import { isMatcher, sameValue, type Matcher } from './same-value.js';
import { show } from './to-diagram.js';

type ErrorClass = abstract new (...args: never[]) => Error;

/**
 * A failure as the value of a diagram: text that its message contains, an expression that its
 * message matches, a class, an error with the same name and message; or fields of the report, whose
 * `error` may be any of these.
 */
export type ExpectedError =
  | string
  | RegExp
  | ErrorClass
  | Error
  | { readonly [K in keyof HubErrorReport]?: unknown }
  | Matcher;

/** What `hub.errors$` reports. */
export const errorSubject: BusSubject<HubErrorReport> = {
  title: 'The reported errors',
  accepts: (value) =>
    ['string', 'function'].includes(typeof value) || (typeof value === 'object' && value !== null),
  wants: 'text, a RegExp, an error, its class or fields of a report',
  same: (report, expected) =>
    isReport(expected) ? hasReported(report, expected) : isError(report.error, expected),
  show: ({ error, source, name, owner }) =>
    `${show(error)} (${source} \`${name}\` of \`${owner}\`)`,
};

function isReport(expected: unknown): expected is Partial<HubErrorReport> {
  return (
    typeof expected === 'object' &&
    expected !== null &&
    !isMatcher(expected) &&
    !isRegExp(expected) &&
    !isErrorObject(expected)
  );
}

function hasReported(report: HubErrorReport, expected: Partial<HubErrorReport>): boolean {
  return Object.entries(expected).every(([key, value]) =>
    key === 'error'
      ? isError(report.error, value)
      : sameValue(report[key as keyof HubErrorReport], value),
  );
}

function isError(error: unknown, expected: unknown): boolean {
  if (typeof expected === 'string') return messageOf(error).includes(expected);
  if (isRegExp(expected)) return expected.test(messageOf(error));
  if (typeof expected === 'function') return isOfClass(error, expected);
  if (isErrorObject(expected))
    return (
      isErrorObject(error) && error.name === expected.name && error.message === expected.message
    );
  return sameValue(error, expected);
}

// Errors of Node and of other threads have classes of another realm, with the same names.
function isOfClass(error: unknown, expected: { readonly name: string }): boolean {
  for (let one: unknown = error; typeof one === 'object' && one !== null;)
    if ((one = Object.getPrototypeOf(one)) && nameOfClass(one) === expected.name) return true;
  return false;
}

function nameOfClass(prototype: unknown): unknown {
  return (prototype as { constructor?: { name?: unknown } }).constructor?.name;
}

function messageOf(error: unknown): string {
  return isErrorObject(error) ? error.message : String(error);
}

function isErrorObject(value: unknown): value is Error {
  return (
    typeof value === 'object' &&
    value !== null &&
    (value instanceof Error || Object.prototype.toString.call(value) === '[object Error]')
  );
}

function isRegExp(value: unknown): value is RegExp {
  return Object.prototype.toString.call(value) === '[object RegExp]';
}
