import { describe, expect, it } from '@jest/globals';
import { matcher } from '../../src/integrations/folder-watcher/patterns.js';

describe('matcher', () => {
  it.each([
    ['*', 'any.thing', true],
    ['*', 'deep/any.thing', true],
    ['*.pdf', 'deep/report.pdf', true],
    ['*.pdf', 'report.pdf.part', false],
    ['report?.pdf', 'report1.pdf', true],
    ['report?.pdf', 'report.pdf', false],
    ['scans/*.pdf', 'scans/a.pdf', true],
    ['scans/*.pdf', 'scans/deep/a.pdf', false],
    ['scans/**', 'scans/deep/a.pdf', true],
    ['**/a.pdf', 'a.pdf', true],
    ['**/a.pdf', 'x/y/a.pdf', true],
    ['a+(b).txt', 'a+(b).txt', true],
    ['a.txt', 'abtxt', false],
  ])('%s and %s: %s', (pattern, path, expected) => {
    expect(matcher([pattern])(path)).toBe(expected);
  });

  it('takes what any of several patterns takes', () => {
    const counts = matcher(['*.pdf', '*.jpg']);
    expect([counts('a.jpg'), counts('a.pdf'), counts('a.png')]).toEqual([true, true, false]);
  });
});
