/** Something that is drawn as a letter, whole milliseconds from the beginning. */
export type Frame = number;

/**
 * Moments as a marble diagram, every one an `a`: `--a 246ms (aa)`. `null` if they cannot be drawn:
 * several at once make a group, and a group hides the milliseconds under its own characters.
 */
export function diagramOf(frames: readonly Frame[]): string | null {
  const counts = new Map<Frame, number>();
  for (const frame of frames) counts.set(frame, (counts.get(frame) ?? 0) + 1);
  let text = '';
  let next = 0;
  for (const [frame, count] of [...counts].sort(([a], [b]) => a - b)) {
    const gap = frame - next;
    if (gap < 0) return null;
    const cell = count === 1 ? 'a' : `(${'a'.repeat(count)})`;
    text += gap > 12 ? ` ${gap}ms ${cell}` : '-'.repeat(gap) + cell;
    next = frame + cell.length;
  }
  return text.trim();
}

/** The texts that a state had, and from when; `null` for none. */
export interface TextFrom {
  readonly frame: Frame;
  readonly text: string | null;
}

/** `off 5s on`: texts, and between them how long each lasted. `null` if a text is no word. */
export function stateWords(texts: readonly TextFrom[]): string | null {
  const words: string[] = [];
  let last = 0;
  let before: string | null | undefined;
  for (const { frame, text } of texts) {
    if (text === before) continue;
    before = text;
    const word = wordOf(text);
    if (word === null) return null;
    if (frame > last) words.push(spanOf(frame - last));
    words.push(word);
    last = frame;
  }
  // That says that nothing changes.
  return words.every((word) => /^[-\s]*$/.test(word)) ? null : words.join(' ');
}

function wordOf(text: string | null): string | null {
  if (text === null) return 'none';
  // A word of dashes may be read as a diagram, and other brackets as groups.
  if (/^[^\s'"]\S*$/.test(text) && !LIKE_A_SPAN.test(text) && text !== 'none') return text;
  if (!text.includes("'")) return `'${text}'`;
  return text.includes('"') ? null : `"${text}"`;
}

// As the reader of `rxhome/testing` has it: what somebody may mean as a span needs quotes.
const LIKE_A_SPAN = /^(\d+(?:\.\d+)?[a-z]+)+$/i;

function spanOf(ms: number): string {
  let rest = ms;
  let text = '';
  for (const [unit, size] of UNITS) {
    if (rest >= size) text += `${Math.floor(rest / size)}${unit}`;
    rest %= size;
  }
  return text;
}

const UNITS = [
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;
