import type { Column, Outcome, Result, Row, Unit } from './result.js';
import { type Work, WORKS } from './works.js';

/** A figure as one reads it: `1,234 ns`, `1.31 ×`. */
export function figure(value: number | null, unit: Unit): string {
  if (value === null || Number.isNaN(value)) return '-';
  if (unit === '×') return value < 100 ? value.toFixed(2) : whole(value);
  if (unit === '%') return value.toFixed(1);
  return Math.abs(value) < 100 && unit !== '/s' && unit !== '' ? value.toFixed(1) : whole(value);
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}

/** The rows of a result, with their headings, as texts. */
export function cells({ columns, rows }: Result): string[][] {
  return [['', ...columns.map(({ title }) => title)], ...rows.map((row) => rowCells(row, columns))];
}

function rowCells({ name, figures, isUnsteady }: Row, columns: readonly Column[]): string[] {
  const texts = columns.map(({ key, unit }) => figure(figures[key] ?? null, unit));
  return [name, ...texts.map((text, i) => (i === 0 && isUnsteady ? `~${text}` : text))];
}

/** One line for each goal: work, goal, ours, and whether it is met. The work stands once. */
export function goalCells(results: readonly Result[]): string[][] {
  const lines = [['work', 'what', 'goal', 'ours', '']];
  for (const work of Object.keys(WORKS) as Work[]) {
    const goals = results.filter((result) => result.work === work).flatMap(({ goals }) => goals);
    goals.forEach((goal, i) => lines.push([i === 0 ? WORKS[work] : '', ...outcomeCells(goal)]));
  }
  return lines;
}

function outcomeCells({ what, atMost, unit, of, ours, isMet }: Outcome): string[] {
  const goal = of === null ? `≤ ${atMost} ${unit}` : `≤ ${atMost} × ${of}`;
  const verdict = isMet === null ? 'not measured' : isMet ? 'met' : 'MISSED';
  return [what, goal.trim(), `${figure(ours, unit)} ${unit}`.trim(), verdict];
}

/** A table for a terminal: texts to the left, figures to the right. */
export function textTable(lines: readonly string[][], textColumns = 1): string {
  const widths = lines[0]?.map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, i) => {
          const width = widths?.[i] ?? 0;
          return i < textColumns ? cell.padEnd(width) : cell.padStart(width);
        })
        .join('   ')
        .trimEnd(),
    )
    .join('\n');
}

/** The same for a page in Markdown. */
export function markdownTable(lines: readonly string[][], textColumns = 1): string {
  const [head = [], ...rest] = lines;
  const rule = head.map((_, i) => (i < textColumns ? '---' : '---:'));
  return [head, rule, ...rest].map((line) => `| ${line.join(' | ')} |`).join('\n');
}
