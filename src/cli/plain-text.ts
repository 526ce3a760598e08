// Format characters too: they turn the direction of a line, or hide a part of it.
const CONTROL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;
const HIDDEN_IN_JSON = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * Text of others as one line without commands to a terminal: control characters become `\uFFFD`.
 * Names, states and errors may hold anything.
 */
export function plain(text: unknown): string {
  return String(text).replace(CONTROL, '\uFFFD');
}

/** The same for text that may have lines: each is made plain. */
export function plainLines(text: string): string {
  return text.split('\n').map(plain).join('\n');
}

/** A value as a line of NDJSON. What a terminal would obey is written as an escape; nothing is lost. */
export function jsonLine(value: unknown): string {
  return (JSON.stringify(value) ?? 'null').replace(HIDDEN_IN_JSON, (found) =>
    [...Array(found.length).keys()]
      .map((i) => `\\u${found.charCodeAt(i).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}
