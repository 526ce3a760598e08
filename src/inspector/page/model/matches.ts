import type { Row } from '../../wire.js';

/**
 * Whether something is what somebody looks for. All words have to stand in it somewhere, in any
 * case; a word after `-` must not. Nothing to look for: everything is.
 */
export function textMatcher(filter: string): (text: string) => boolean {
  // A lone `-` is the beginning of a word that is not wanted.
  const words = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '-');
  return (text) => {
    const lower = text.toLowerCase();
    return words.every((word) =>
      word.startsWith('-') ? !lower.includes(word.slice(1)) : lower.includes(word),
    );
  };
}

/** The same for rows: kind, owner, name, entity and words of a row are looked through. */
export function matcherOf(filter: string): (row: Row) => boolean {
  const matches = textMatcher(filter);
  return (row) =>
    matches(`${row.kind} ${row.owner} ${row.name} ${row.entity ?? ''} ${row.text} ${row.status}`);
}
