import { describe, expect, it } from '@jest/globals';
import { blocksOf, compareCode, regionsOf } from './guide-code.js';
import { headingsOf, linksOf, rowsUnder } from './guide-links.js';

const block = (name: string, code: string): string => `Text.\n\n\`\`\`ts ${name}\n${code}\`\`\`\n`;
const test = (name: string, code: string): string =>
  `it('works', () => {\n  // #region ${name}\n  ${code}\n  // #endregion\n  expect(a).toBe(1);\n});\n`;

/** What is wrong with a guide and one file. */
const compare = (markdown: string, source: string, file = 'a.spec.ts'): string[] =>
  compareCode('guide.md', markdown, new Map([[file, source]]));

describe('compareCode', () => {
  it('finds nothing wrong with a block that equals its region, whatever its depth', () => {
    expect(compare(block('sum', 'sum();\n'), test('sum', 'sum();'))).toEqual([]);
  });

  it('finds a block without a region, and a region without a block', () => {
    const problems = compare(block('sum', 'sum();\n'), test('total', 'sum();'));
    expect(problems).toEqual([
      'guide.md:3: no file has a region `sum`',
      'a.spec.ts:2: no block shows `total`',
    ]);
  });

  it('finds the line that differs', () => {
    const problems = compare(block('sum', 'sum();\n'), test('sum', 'add();'));
    expect(problems).toEqual([
      'guide.md:3: `sum` differs from a.spec.ts:2: shown "sum();", run "add();"',
    ]);
    expect(compare(block('sum', 'sum();\nmore();\n'), test('sum', 'sum();'))).toHaveLength(1);
    expect(compare(block('sum', ''), test('sum', 'sum();'))).toHaveLength(1);
  });

  it('finds two of one name, in the guide and in the files', () => {
    const twice = block('sum', 'sum();\n').repeat(2);
    expect(compare(twice, test('sum', 'sum();'))).toContain(
      'guide.md:8: `sum` is at guide.md:3 already',
    );
    const source = test('sum', 'sum();').repeat(2);
    expect(compare(block('sum', 'sum();\n'), source)).toContain(
      'a.spec.ts:8: `sum` is at a.spec.ts:2 already',
    );
  });

  it('finds a block without a name, of either word for the language', () => {
    expect(compare('```ts\nsum();\n```\n', '')).toEqual(['guide.md:1: a block without a name']);
    expect(compare('```typescript\n```\n', '')).toHaveLength(1);
    expect(compare('```sh\nls\n```\n', '')).toEqual([]);
  });

  it('finds a test that expects nothing after it has run a region', () => {
    const idle = test('sum', 'sum();').replace('expect(a).toBe(1);', 'done();');
    const next = `${idle}it('is another', () => {\n  expect(1).toBe(1);\n});\n`;
    expect(compare(block('sum', 'sum();\n'), next)).toEqual([
      'a.spec.ts:4: the test around `sum` expects nothing',
    ]);
  });

  it('finds tests that are left out', () => {
    for (const word of ['it.skip(', 'it.todo(', 'describe.skip(', 'xit(', 'it.only('])
      expect(compare('', `${word}'works', () => undefined);`)).toEqual([
        'a.spec.ts: a test is left out',
      ]);
  });

  it('finds a file that no spec loads', () => {
    const module = '// #region sum\nexport const sum = 1;\n// #endregion\n';
    const guide = block('sum', 'export const sum = 1;\n');
    expect(compare(guide, module, 'sum.ts')).toEqual(['sum.ts: no spec loads it']);
    const sources = new Map([
      ['sum.ts', module],
      ['a.spec.ts', `import { sum } from './sum.js';\n`],
    ]);
    expect(compareCode('guide.md', guide, sources)).toEqual([]);
  });

  it('finds regions that do not begin and end one after the other', () => {
    const source = (...marks: string[]): string => marks.map((mark) => `// #${mark}\n`).join('');
    const problems = (text: string): readonly string[] => regionsOf('a.ts', text).problems;
    expect(problems(source('region a'))).toEqual(['a.ts:1: `a` does not end']);
    expect(problems(source('endregion'))).toEqual(['a.ts:1: an end without a beginning']);
    expect(problems(source('region a', 'region b', 'endregion'))).toEqual([
      'a.ts:2: `b` begins before `a` has ended',
    ]);
  });
});

describe('the pieces', () => {
  it('keep empty lines and the depth inside them', () => {
    const { pieces } = regionsOf(
      'a.ts',
      '  // #region a\n  if (b) {\n\n    c();\n  }\n  // #endregion',
    );
    expect(pieces).toEqual([{ name: 'a', code: 'if (b) {\n\n  c();\n}\n', where: 'a.ts:1' }]);
  });

  it('are found in a guide with their lines', () => {
    const { pieces } = blocksOf('g.md', `# G\n\n${block('a', 'a();\n')}\n${block('b', 'b();\n')}`);
    expect(pieces).toEqual([
      { name: 'a', code: 'a();\n', where: 'g.md:5' },
      { name: 'b', code: 'b();\n', where: 'g.md:11' },
    ]);
  });
});

describe('headings and links', () => {
  it('are those of the text, not those of the code', () => {
    const markdown = '# A guide\n\n```sh\n# a comment [x](y)\n```\n\n[see](#a-guide)\n';
    expect(headingsOf(markdown)).toEqual([{ level: 1, text: 'A guide', anchor: '#a-guide' }]);
    expect(linksOf(markdown)).toEqual(['#a-guide']);
  });

  it('have anchors like those of GitHub', () => {
    const anchors = headingsOf('## Is it `on`? Yes, no\n### a_b-c: D').map(({ anchor }) => anchor);
    expect(anchors).toEqual(['#is-it-on-yes-no', '#a_b-c-d']);
  });

  it('gives the rows of the tables under a heading', () => {
    const markdown =
      '## A\n\n| x | y |\n|---|:-:|\n| 1 | 2 |\n\n### B\n\n| h | i |\n|--|--|\n| 3 | 4 |\n\n## C\n\n| k |\n|--|\n| 5 |\n';
    expect(rowsUnder(`\n${markdown}`, '## A')).toEqual([
      ['1', '2'],
      ['3', '4'],
    ]);
  });
});
