import { describe, expect, it } from '@jest/globals';
import { jsonLine, plain, plainLines } from '../../src/cli/plain-text.js';

// What a terminal obeys, what turns the direction of a line, and what ends one.
const BAD = [
  '\u001b',
  '\u0000',
  '\u009b',
  '\u007f',
  '\n',
  '\r',
  '\t',
  '\u202e',
  '\u2028',
  '\u{e0041}',
];

describe('text of others', () => {
  it.each(BAD)('has no %j any more', (bad) => {
    expect(plain(`a${bad}b`)).toBe('a\uFFFDb');
    expect(plain(`a${bad}${bad}b`)).toBe('a\uFFFDb');
  });

  it('keeps what can be seen, and says what is no text', () => {
    expect(plain('Küche → 21 °C 🙂')).toBe('Küche → 21 °C 🙂');
    expect(plain(null)).toBe('null');
  });

  it('keeps its lines where it may have some', () => {
    expect(plainLines('{\n  "a": "\u009b"\n}')).toBe('{\n  "a": "\uFFFD"\n}');
  });
});

describe('a line of NDJSON', () => {
  it.each(BAD)('has %j as an escape, and loses nothing', (bad) => {
    const line = jsonLine({ [bad]: `a${bad}` });
    expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(JSON.parse(line)).toEqual({ [bad]: `a${bad}` });
  });

  it('is a line for what JSON does not have, too', () => {
    expect(jsonLine(undefined)).toBe('null');
  });
});
