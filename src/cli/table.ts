import { plain } from './plain-text.js';

/** What is shown of a cell, at most. */
const WIDEST = 60;
const GAP = '  ';

/** Rows under their heads, each column as wide as it has to be. Cells are text of others. */
export function table(
  heads: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string[] {
  const numbers = heads.map((_, i) => rows.every((row) => typeof row[i] === 'number'));
  const cells = [heads, ...rows].map((row) => row.map((cell) => clip(plain(cell))));
  const widths = heads.map((_, i) => Math.max(...cells.map((row) => widthOf(row[i] ?? ''))));
  return cells.map((row) =>
    row
      .map((cell, i) => {
        const space = ' '.repeat((widths[i] ?? 0) - widthOf(cell));
        return numbers[i] ? space + cell : cell + space;
      })
      .join(GAP)
      .trimEnd(),
  );
}

function clip(cell: string): string {
  const letters = [...cell];
  return letters.length > WIDEST ? `${letters.slice(0, WIDEST - 1).join('')}…` : cell;
}

function widthOf(cell: string): number {
  return [...cell].length;
}
