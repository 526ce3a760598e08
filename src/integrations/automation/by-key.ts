import { z } from 'zod';

type Kinds = Readonly<Record<string, z.ZodObject>>;

/** What one of several kinds makes of its options, under the name of its kind. */
export type OneOf<K extends Kinds> = { [Name in keyof K]: z.output<K[Name]> }[keyof K];

/**
 * A map that says by one of its keys of which kind it is: `{ state: light.hall, to: 'on' }` is a
 * `state`. What is wrong is told with its place, in the words of that kind.
 */
export function byKey<K extends Kinds>(what: string, kinds: () => K): z.ZodType<OneOf<K>> {
  return z.unknown().transform((value, context) => {
    const schemas = kinds();
    const names = Object.keys(schemas);
    const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
    const found = isMap ? names.filter((name) => name in value) : [];
    const [name] = found;
    if (name === undefined || found.length > 1) {
      const message = `expected ${what}: a map with one of ${names.join(', ')}`;
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    }
    const schema = schemas[name] as K[string];
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    for (const issue of result.error.issues) {
      if (issue.code === 'unrecognized_keys')
        for (const key of issue.keys) context.addIssue(unknownKey(issue.path, key, name, schema));
      else context.addIssue({ code: 'custom', message: issue.message, path: issue.path });
    }
    return z.NEVER;
  });
}

function unknownKey(
  path: PropertyKey[],
  key: string,
  name: string,
  schema: z.ZodObject,
): { readonly code: 'custom'; readonly message: string; readonly path: PropertyKey[] } {
  const known =
    path.length === 0 ? ` (\`${name}\` has ${Object.keys(schema.shape).join(', ')})` : '';
  return { code: 'custom', message: `expected no such option${known}`, path: [...path, key] };
}
