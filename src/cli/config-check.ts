import { inspect } from 'node:util';
import type { InvalidConfigError, SchemaIssue, StandardSchema } from 'rxhome';
import type { ConfigFile } from './config-file.js';
import { nearest } from './nearest.js';

type Path = readonly PropertyKey[];

/** Checks a part of the file against a schema; one problem per wrong option, each with its place. */
export async function checkPart(
  file: ConfigFile,
  path: Path,
  label: string,
  schema: StandardSchema,
  data: unknown,
): Promise<{ readonly value: unknown } | { readonly problems: InvalidConfigError[] }> {
  const result = await schema['~standard'].validate(data);
  if (!result.issues) return { value: result.value };
  return { problems: result.issues.flatMap((issue) => problemsOf(issue)) };

  function problemsOf(issue: SchemaIssue): InvalidConfigError[] {
    const below = (issue.path ?? []).map((part) => (typeof part === 'object' ? part.key : part));
    const at = [...path, ...below];
    // How zod tells of keys that it does not know.
    const { keys } = issue as { readonly keys?: readonly string[] };
    if (keys)
      return keys.map((key) => file.keyProblem([...at, key], unknownOption(label, key, schema)));
    const got = valueAt(data, below);
    const option = below.length > 0 ? `\`${below.join('.')}\` of ${label}: ` : `${label}: `;
    return [file.problem(at, `${option}${issue.message}, got ${shown(got)}.`)];
  }
}

function unknownOption(label: string, key: string, schema: StandardSchema): string {
  const { shape } = schema as { readonly shape?: object };
  const known = Object.keys(shape ?? {});
  const meant = nearest(key, known);
  const hint = meant
    ? ` Did you mean \`${meant}\`?`
    : known.length > 0
      ? ` It has: ${known.join(', ')}.`
      : ' It has none.';
  return `${label} has no option \`${key}\`.${hint}`;
}

function valueAt(data: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, part) => (value as Record<PropertyKey, unknown> | null | undefined)?.[part],
    data,
  );
}

/** A value as it stands in the file, in one line. */
export function shown(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  const text =
    typeof value === 'string' ? value : inspect(value, { depth: 1, breakLength: Infinity });
  return `\`${text.length > 60 ? `${text.slice(0, 60)}…` : text.replace(/\s+/g, ' ')}\``;
}
