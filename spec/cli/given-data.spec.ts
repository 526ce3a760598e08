import { describe, expect, it } from '@jest/globals';
import { readData } from '../../src/cli/given-data.js';

describe('data on a command line', () => {
  it('is nothing, or a map in braces, as JSON or as YAML', () => {
    expect(readData([])).toEqual({});
    expect(readData(['{}'])).toEqual({});
    expect(readData(['{"brightness": 100, "on": true}'])).toEqual({ brightness: 100, on: true });
    expect(readData([' {brightness: 100, name: Hall light}'])).toEqual({
      brightness: 100,
      name: 'Hall light',
    });
  });

  it.each([
    ['100', 100],
    ['-1.5', -1.5],
    ['0x10', 16],
    ['true', true],
    ['False', false],
    ['null', null],
    ['~', null],
    ['', ''],
    ['Hall light', 'Hall light'],
    ['on', 'on'],
    [' 7', 7],
    ['"7"', '7'],
    ["'true'", 'true'],
    ['[1, "2", three]', [1, '2', 'three']],
    ['{r: 1}', { r: 1 }],
    ['a=b', 'a=b'],
    // What YAML would make something else of stays what was typed.
    ['a: b', 'a: b'],
    ['- a', '- a'],
    ['a # b', 'a # b'],
    ['# b', '# b'],
    ['1 # b', '1 # b'],
    ['true # b', 'true # b'],
    ['*a', '*a'],
    ['&a 1', '&a 1'],
    ['!tag 1', '!tag 1'],
    ['.inf', '.inf'],
    ['.nan', '.nan'],
    ['12345678901234567890', '12345678901234567890'],
    ['2024-01-01', '2024-01-01'],
    ['10:30', '10:30'],
    ['a\nb', 'a\nb'],
  ])('takes %j for %j', (text, value) => {
    expect(readData([`key=${text}`])).toEqual({ key: value });
  });

  it('takes several, also those of dangerous names', () => {
    const data = readData(['a=1', 'b=x', '__proto__=2', 'constructor=3']);
    expect(JSON.stringify(data)).toBe('{"a":1,"b":"x","__proto__":2,"constructor":3}');
    expect(Object.getPrototypeOf(data)).toBe(Object.prototype);
  });

  it.each([
    [['brightness'], 'Expected `key=value` or a map in braces, got `brightness`.'],
    [['=1'], 'Expected `key=value` or a map in braces, got `=1`.'],
    [['a=1', 'a=2'], '`a` is given twice.'],
    [['{}', 'a=1'], 'Expected one map, got more behind it: `a=1`.'],
    [['{"a": 1'], '`{"a": 1` cannot be read: '],
    [['a=[1'], '`[1` cannot be read: '],
    [['a="b'], '`"b` cannot be read: '],
    [['a={b: &x [1], c: *x}'], '`{b: &x [1], c: *x}` cannot be read: '],
    [['a={b: !tag 1}'], '`{b: !tag 1}` cannot be read: '],
    [['{} x'], '`{} x` cannot be read: '],
    [[`a${'b'.repeat(100)}`], `got \`a${'b'.repeat(58)}…\`.`],
  ])('refuses %j', (given, words) => {
    expect(() => readData(given)).toThrow(expect.objectContaining({ exitCode: 2 }));
    expect(() => readData(given)).toThrow(words);
  });
});
