/**
 * Whether a name fits a pattern: `*` stands for any text, `?` for one letter; all else for itself,
 * in any case of letters. Without a pattern every name does.
 */
export function globOf(pattern: string | undefined): (name: string) => boolean {
  if (pattern === undefined) return () => true;
  const parts = pattern
    .replace(/\*+/g, '*')
    .split(/([*?])/)
    .map((part) => (part === '*' ? '.*' : part === '?' ? '.' : escaped(part)));
  const expression = new RegExp(`^${parts.join('')}$`, 'isu');
  return (name) => expression.test(name);
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
