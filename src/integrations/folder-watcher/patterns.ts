import { sep } from 'node:path';

/**
 * Whether a file counts, by its path below the watched folder. `*` and `?` stop at a slash, `**`
 * does not. A pattern without a slash looks at the name of the file only, wherever it lies.
 */
export function matcher(patterns: readonly string[]): (path: string) => boolean {
  const expressions = patterns.map((pattern) => ({
    expression: toExpression(pattern),
    isForPath: pattern.includes('/'),
  }));
  return (path) => {
    const parts = path.split(sep);
    const slashed = parts.join('/');
    const name = parts.at(-1) ?? '';
    return expressions.some(({ expression, isForPath }) =>
      expression.test(isForPath ? slashed : name),
    );
  };
}

function toExpression(pattern: string): RegExp {
  const source = pattern.replace(/\*\*\/|\*\*|\*|\?|[^*?]+/g, (part) => {
    switch (part) {
      case '**/':
        return '(?:.*/)?';
      case '**':
        return '.*';
      case '*':
        return '[^/]*';
      case '?':
        return '[^/]';
      default:
        return part.replace(/[\\^$.|+()[\]{}]/g, '\\$&');
    }
  });
  return new RegExp(`^${source}$`, 's');
}
