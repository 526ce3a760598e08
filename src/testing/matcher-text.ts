import { inspect } from 'node:util';
import { isMatcher, type Matcher } from './same-value.js';

interface NamedMatcher extends Matcher {
  readonly toAsymmetricMatcher?: () => string;
  readonly sample?: unknown;
  toString(): string;
}

/** The same value, in which matchers of a test runner are shown by what they say. */
export function withMatchersNamed(value: unknown): unknown {
  if (isMatcher(value)) return { [inspect.custom]: () => textOf(value) };
  if (Array.isArray(value)) return value.map(withMatchersNamed);
  if (typeof value !== 'object' || value === null || !hasMatcher(value, 0)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, withMatchersNamed(one)]),
  );
}

// As deep as a message shows.
function hasMatcher(value: unknown, depth: number): boolean {
  if (isMatcher(value)) return true;
  if (typeof value !== 'object' || value === null || depth > 4) return false;
  return Object.values(value).some((one) => hasMatcher(one, depth + 1));
}

/** `Any<String>`, `ObjectContaining { type: 'bell' }`. */
function textOf(matcher: NamedMatcher): string {
  const { toAsymmetricMatcher, sample } = matcher;
  if (toAsymmetricMatcher) return toAsymmetricMatcher.call(matcher);
  const sampleText = sample === undefined ? '' : ` ${inspect(withMatchersNamed(sample))}`;
  return `${matcher.toString()}${sampleText}`;
}
