/**
 * Keeps the code of a guide true. Every block of TypeScript in the markdown has a name
 * (```` ```ts gather ````) and equals a region of that name (`// #region gather`) in a file that is
 * compiled and run. Both ways: a block without a region is a problem, and so is a region that no
 * block shows. What is no program, such as the shape of some data, is a block of another language.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** A piece of code with a name: a block of a guide, or a region of a file. */
export interface Piece {
  readonly name: string;
  readonly code: string;
  /** `file:line`, where it begins. */
  readonly where: string;
}

/** Pieces, and one line for everything that is wrong with them. */
export interface Pieces {
  readonly pieces: readonly Piece[];
  readonly problems: readonly string[];
}

/** What is wrong between a guide and the files in a folder, if there is one; a line each. */
export function compareGuide(guide: string, folder: string): string[] {
  const sources = new Map(
    (existsSync(folder) ? readdirSync(folder) : [])
      .filter((name) => name.endsWith('.ts'))
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );
  return compareCode(basename(guide), readFileSync(guide, 'utf8'), sources);
}

/** The same for texts. */
export function compareCode(
  guide: string,
  markdown: string,
  sources: ReadonlyMap<string, string>,
): string[] {
  const blocks = blocksOf(guide, markdown);
  const files = [...sources].map(([file, source]) => regionsOf(file, source));
  const regions = files.flatMap(({ pieces }) => pieces);
  const problems = [
    ...blocks.problems,
    ...files.flatMap((file) => file.problems),
    ...namedTwice(blocks.pieces),
    ...namedTwice(regions),
    ...neverRun(sources),
  ];
  const byName = new Map(regions.map((region) => [region.name, region]));
  for (const { name, code, where } of blocks.pieces) {
    const region = byName.get(name);
    byName.delete(name);
    if (!region) problems.push(`${where}: no file has a region \`${name}\``);
    else if (region.code !== code)
      problems.push(`${where}: \`${name}\` differs from ${region.where}: ${change(code, region)}`);
  }
  for (const { name, where } of byName.values())
    problems.push(`${where}: no block shows \`${name}\``);
  return problems;
}

/** The blocks of TypeScript in a guide. */
export function blocksOf(guide: string, markdown: string): Pieces {
  const pieces: Piece[] = [];
  const problems: string[] = [];
  for (const { index, 1: name = '', 2: code = '' } of markdown.matchAll(
    /^```(?:ts|typescript)\b *(.*)\n([\s\S]*?)^```$/gm,
  )) {
    const where = `${guide}:${markdown.slice(0, index).split('\n').length}`;
    if (name === '') problems.push(`${where}: a block without a name`);
    else pieces.push({ name, code, where });
  }
  return { pieces, problems };
}

/** The regions of a file, as if they stood at the margin. */
export function regionsOf(file: string, source: string): Pieces {
  const pieces: Piece[] = [];
  const problems: string[] = [];
  const lines = source.split('\n');
  let open: { name: string; at: number } | undefined;
  lines.forEach((line, at) => {
    const [, mark, name = ''] = /^ *\/\/ #(region|endregion)\b *(.*)$/.exec(line) ?? [];
    const where = `${file}:${at + 1}`;
    if (mark === 'region') {
      if (open) problems.push(`${where}: \`${name}\` begins before \`${open.name}\` has ended`);
      open = { name, at };
    } else if (mark === 'endregion' && open) {
      const code = atMargin(lines.slice(open.at + 1, at));
      pieces.push({ name: open.name, code, where: `${file}:${open.at + 1}` });
      if (file.endsWith('.spec.ts') && !isAsserted(lines, open.at))
        problems.push(`${where}: the test around \`${open.name}\` expects nothing`);
      open = undefined;
    } else if (mark) problems.push(`${where}: an end without a beginning`);
  });
  if (open) problems.push(`${file}:${open.at + 1}: \`${open.name}\` does not end`);
  return { pieces, problems };
}

/** Whether the outcome of a region inside a test is looked at; declarations are used by tests. */
function isAsserted(lines: readonly string[], at: number): boolean {
  if (!lines[at]?.startsWith(' ')) return true;
  const end = lines.findIndex((line, index) => index > at && /^\S/.test(line));
  return lines.slice(at, end).some((line) => /\bexpect(\.\w+|NoLeaks)?\(/.test(line));
}

/** Files with regions that no spec of the folder loads, and tests that are left out. */
function neverRun(sources: ReadonlyMap<string, string>): string[] {
  const specs = [...sources].filter(([file]) => file.endsWith('.spec.ts'));
  const loaded = specs.map(([, source]) => source).join('\n');
  return [
    ...[...sources]
      .filter(([file, source]) => !file.endsWith('.spec.ts') && source.includes('// #region'))
      .filter(([file]) => !new RegExp(`'\\./${file.replace(/\.ts$/, '')}\\.[jt]s'`).test(loaded))
      .map(([file]) => `${file}: no spec loads it`),
    ...specs
      .filter(([, source]) =>
        /\b(it|test|describe)\.(skip|todo|only)|\bx(it|describe)\(/.test(source),
      )
      .map(([file]) => `${file}: a test is left out`),
  ];
}

function namedTwice(pieces: readonly Piece[]): string[] {
  const first = new Map<string, string>();
  return pieces.flatMap(({ name, where }) => {
    const other = first.get(name);
    first.set(name, where);
    return other === undefined ? [] : [`${where}: \`${name}\` is at ${other} already`];
  });
}

function atMargin(lines: readonly string[]): string {
  const depth = Math.min(...lines.filter(Boolean).map((line) => line.search(/\S/)));
  return lines.map((line) => `${line.slice(depth)}\n`).join('');
}

function change(code: string, region: Piece): string {
  const [shown, run] = [code.split('\n'), region.code.split('\n')];
  const at = shown.findIndex((line, index) => line !== run[index]);
  return `shown ${JSON.stringify(shown[at] ?? '')}, run ${JSON.stringify(run[at] ?? '')}`;
}
