import { isScalar, parseDocument } from 'yaml';
import { Ending, EXIT } from './exit-codes.js';

/** What is given to a service or an event. */
export type Data = Readonly<Record<string, unknown>>;

/**
 * Data as it is given on a command line: `{"brightness": 100}` (JSON, or YAML in braces) or
 * `brightness=100 name="Hall light" colors=[1,2]`. A value is a number, `true`, `false`, `null`, a list or
 * map in brackets, text in quotes; everything else is the text that stands there.
 *
 * @throws Ending when it is neither, or a key is given twice.
 */
export function readData(given: readonly string[]): Data {
  const [first, ...more] = given;
  if (first === undefined) return {};
  if (first.trimStart().startsWith('{')) {
    if (more.length > 0) throw unusable(`Expected one map, got more behind it: ${shown(more[0])}.`);
    return bracketed(first) as Data;
  }
  const data = new Map<string, unknown>();
  for (const part of given) {
    const at = part.indexOf('=');
    if (at <= 0) throw unusable(`Expected \`key=value\` or a map in braces, got ${shown(part)}.`);
    const key = part.slice(0, at);
    if (data.has(key)) throw unusable(`${shown(key)} is given twice.`);
    data.set(key, valueOf(part.slice(at + 1)));
  }
  return Object.fromEntries(data);
}

function valueOf(text: string): unknown {
  if (/^[[{"']/.test(text)) return bracketed(text);
  const { errors, contents } = parseDocument(text);
  // What YAML makes of `a: b`, `1 # b`, `&a 1` and `1e999` is not what was typed.
  if (errors.length > 0 || !isScalar(contents) || contents.source !== text.trim()) return text;
  const { value } = contents;
  if (typeof value === 'boolean') return value;
  if (value === null) return /^(null|~)$/i.test(text) ? null : text;
  if (typeof value !== 'number' || !Number.isFinite(value)) return text;
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? text : value;
}

function bracketed(text: string): unknown {
  const document = parseDocument(text, { prettyErrors: false });
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem) throw unusable(`${shown(text)} cannot be read: ${problem.message}.`);
  try {
    return document.toJS({ maxAliasCount: 0 }) as unknown;
  } catch (error) {
    throw unusable(`${shown(text)} cannot be read: ${(error as Error).message}.`);
  }
}

function shown(text: string | undefined): string {
  const all = text ?? '';
  return `\`${all.length > 60 ? `${all.slice(0, 59)}…` : all}\``;
}

function unusable(message: string): Ending {
  return new Ending(message, EXIT.unusable);
}
