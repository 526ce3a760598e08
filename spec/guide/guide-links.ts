/** The headings of a guide and the links to them. */

export interface Heading {
  readonly level: number;
  readonly text: string;
  /** What a link to it ends with: `#awaiting`. */
  readonly anchor: string;
}

export function headingsOf(markdown: string): Heading[] {
  return [...withoutCode(markdown).matchAll(/^(#+) (.+)$/gm)].map(([, marks = '', text = '']) => ({
    level: marks.length,
    text,
    anchor: anchorOf(text),
  }));
}

/** The links of a text: `[the words](target)`. */
export function linksOf(markdown: string): string[] {
  return [...withoutCode(markdown).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
}

/** The rows of the tables under a heading, without their heads: cells as written. */
export function rowsUnder(markdown: string, heading: string): string[][] {
  const [, after = ''] = withoutCode(markdown).split(`\n${heading}\n`);
  const [section = ''] = after.split(/^#{1,2} /m);
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows
    .filter((row, index) => !isRule(row) && !isRule(rows[index + 1] ?? ''))
    .map((row) =>
      row
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
}

const isRule = (row: string): boolean => /^\|[ |:-]+\|$/.test(row);

// As GitHub does it: lower case, without marks, spaces become hyphens.
function anchorOf(heading: string): string {
  const kept = heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '');
  return `#${kept.replaceAll(' ', '-')}`;
}

function withoutCode(markdown: string): string {
  return markdown.replace(/^```[\s\S]*?^```$/gm, '');
}
