import { describe, expect, it } from '@jest/globals';
import { compareOutput, promisedLines } from '../examples/compare-output.js';

const promise = (...lines: string[]): string =>
  ['const x = 1;', ...lines.map((line) => `console.log(x); //=>${line}`), ''].join('\n');

describe('promisedLines', () => {
  it('finds the comments in order, on lines of their own or behind code', () => {
    expect(promisedLines('a();\n//=> one\n  //=> two\nb(); //=> three\n// four')).toEqual([
      'one',
      'two',
      'three',
    ]);
  });

  it('takes a comment without text as an empty line', () => {
    expect(promisedLines('//=> one\n//=>\n//=> three')).toEqual(['one', '', 'three']);
  });
});

describe('compareOutput', () => {
  it('finds no difference when every line is as promised', () => {
    expect(compareOutput(promise(' on', '', ' off'), 'on\n\noff\n')).toEqual([]);
  });

  it('names the line that differs', () => {
    expect(compareOutput(promise(' on', ' off'), 'on\nOFF\n')).toEqual([
      'line 2: promised "off", printed "OFF"',
    ]);
  });

  it('misses a promised line and finds one that was not promised', () => {
    expect(compareOutput(promise(' on', ' off'), 'on\n')).toEqual([
      'line 2: promised "off", printed nothing',
    ]);
    expect(compareOutput(promise(' on'), 'on\noff\n')).toEqual([
      'line 2: promised nothing, printed "off"',
    ]);
  });

  it('minds the order', () => {
    expect(compareOutput(promise(' on', ' off'), 'off\non\n')).toHaveLength(2);
  });

  it('lets … stand for any text, and takes all else literally', () => {
    expect(compareOutput(promise(' took … ms (… of 3)'), 'took 12.5 ms (2 of 3)\n')).toEqual([]);
    expect(compareOutput(promise(' took … ms.'), 'took 12 msx\n')).toHaveLength(1);
    expect(compareOutput(promise(' a.c'), 'abc\n')).toHaveLength(1);
  });

  it('refuses an example that promises nothing', () => {
    expect(compareOutput('console.log(1);', '')).toHaveLength(1);
  });
});
