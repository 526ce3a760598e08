/** A line of what a row was about: a name, and a value unless lines of its own follow. */
export interface PayloadLine {
  readonly depth: number;
  readonly name: string;
  readonly text: string | null;
}

/** Values are cut by the hub already; this is in case they are not. */
const LINES_AT_MOST = 2_000;

/** A value as indented lines, names before values; texts as they are, without quotes. */
export function payloadLines(value: unknown): readonly PayloadLine[] {
  const lines: PayloadLine[] = [];
  const tell = (name: string, value: unknown, depth: number): void => {
    if (lines.length >= LINES_AT_MOST) return;
    const isDeep = typeof value === 'object' && value !== null;
    const entries = isDeep ? Object.entries(value) : [];
    if (entries.length > 0) {
      lines.push({ depth, name, text: null });
      for (const [key, inner] of entries) tell(key, inner, depth + 1);
    } else {
      const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined');
      lines.push({ depth, name, text });
    }
  };
  if (typeof value !== 'object' || value === null) {
    if (value !== null && value !== undefined) tell('', value, 0);
  } else for (const [key, inner] of Object.entries(value)) tell(key, inner, 0);
  return lines;
}
