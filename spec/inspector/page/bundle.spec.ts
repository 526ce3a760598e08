import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { buildPage } from '../../../src/inspector/build-page.js';

const PAGE = new URL('../../../src/inspector/page/', import.meta.url);
/** Bytes: what the contract allows. */
const MOST = 40_000;

const read = (name: string): string => readFileSync(new URL(name, PAGE), 'utf8');
const namesIn = (code: string): string[] => code.match(/\b[a-z]+[A-Z]\w*/g) ?? [];
/** Where TypeScript tells what browsers and the language have. */
const LIBRARIES = ['dom', 'es5', 'es2015.core', 'es2019.array', 'es2022.array'];
const typescript = createRequire(createRequire(import.meta.url).resolve('typescript'));
const libraryOf = (name: string): string =>
  readFileSync(typescript.resolve(`@typescript/old/lib/lib.${name}.d.ts`), 'utf8');
const zipped = (bytes: Buffer): number => gzipSync(bytes, { level: 9 }).length;
const sources = readdirSync(PAGE, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name))
  .map(read)
  .join('\n');

describe('the page as it is sent', () => {
  let files: ReadonlyMap<string, Buffer>;
  const text = (name: string): string => files.get(name)?.toString() ?? '';
  const ofType = (type: string): string[] =>
    [...files.keys()].filter((name) => name.endsWith(type));

  beforeAll(async () => {
    files = await buildPage();
  });

  it('is less than 40 kB, zipped: all of it', () => {
    expect([...files.keys()].sort()).toEqual(['icon.svg', 'index.html', 'page.css', 'page.js']);
    const sizes = [...files].map(([name, bytes]) => [name, zipped(bytes)] as const);
    const all = sizes.reduce((sum, [, size]) => sum + size, 0);
    // If it is not, the files and their sizes are told.
    expect(all < MOST ? [] : [...sizes, ['all', all]]).toEqual([]);
  });

  it('is the same when it is bundled again', async () => {
    expect(await buildPage()).toEqual(files);
  });

  it('keeps the names that the hub and the browser know', () => {
    const wire = ['wire.ts', 'wire-row.ts'].map((name) => read(`../${name}`));
    const known = new Set([...wire, ...LIBRARIES.map(libraryOf)].flatMap(namesIn));
    const own = [...sources.matchAll(/\b(?:function|const|let) (\w+)/g)].map(([, name]) => name);
    const listened = [...sources.matchAll(/\b(on[A-Z]\w+)=\{/g)].map(([, name]) => name!);
    const used = [...namesIn(sources).filter((name) => known.has(name)), ...listened];
    expect(used).toEqual(expect.arrayContaining(['ageMs', 'ifAvailable', 'fillStyle', 'onClick']));
    const kept = new Set([...namesIn(text('page.js')), ...own]);
    expect(used.filter((name) => !kept.has(name))).toEqual([]);
  });

  it('asks for its own files only', () => {
    const asked = [...text('index.html').matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url);
    expect(asked.sort()).toEqual(['/assets/icon.svg', '/assets/page.css', '/assets/page.js']);
    for (const name of ['index.html', ...ofType('.css'), ...ofType('.js')])
      expect(text(name).replaceAll('http://www.w3.org/', '')).not.toMatch(/https?:\/\/|url\(/);
  });

  it('has nothing inline that the content policy forbids, and makes no markup out of texts', () => {
    expect(text('index.html')).not.toMatch(/<style|style=|<script(?! type="module" src)|\son\w+=/);
    for (const name of ofType('.js')) {
      expect(text(name)).not.toMatch(
        /\beval\(|new Function|insertAdjacentHTML|outerHTML|document\.write/,
      );
    }
  });
});
