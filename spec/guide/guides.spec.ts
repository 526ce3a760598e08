import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { compareGuide } from './guide-code.js';
import { headingsOf, linksOf, rowsUnder } from './guide-links.js';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(HERE, '../..');

// Every guide, and the folder beside this file in which its code is compiled and run.
const guides = [
  'README.md',
  ...['docs', 'docs/guide'].flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .filter((file) => file.endsWith('.md'))
      .map((file) => `${folder}/${file}`),
  ),
].map((guide) => [guide, basename(guide, '.md').toLowerCase()] as const);

describe.each(guides)('%s', (guide, folder) => {
  const path = join(ROOT, guide);
  const markdown = readFileSync(path, 'utf8');

  it('shows code that is compiled and run, and all of it', () => {
    expect(compareGuide(path, join(HERE, folder))).toEqual([]);
  });

  it('leads somewhere with every link', () => {
    const leadsNowhere = linksOf(markdown).filter((link) => {
      const [file = '', anchor] = link.split('#');
      if (/^https?:/.test(link)) return false;
      const target = file === '' ? path : join(dirname(path), file);
      if (!existsSync(target)) return true;
      if (anchor === undefined) return false;
      const headings = headingsOf(readFileSync(target, 'utf8'));
      return !headings.some((heading) => heading.anchor === `#${anchor}`);
    });
    expect(leadsNowhere).toEqual([]);
  });
});

describe('the table at the end of async-patterns.md', () => {
  const markdown = readFileSync(join(ROOT, 'docs/guide/async-patterns.md'), 'utf8');
  const rows = rowsUnder(markdown, '## Every pattern, and where it is');
  const sections = headingsOf(markdown);
  const anchors = sections.map(({ anchor }) => anchor);

  it('leads from every pattern and every mistake to a section', () => {
    expect(rows.length).toBeGreaterThan(60);
    const lost = rows.filter(([, where = '']) => {
      const links = linksOf(where);
      return links.length === 0 || !links.every((link) => anchors.includes(link));
    });
    expect(lost).toEqual([]);
  });

  it('calls each section what it is called', () => {
    const named = new Map(sections.map(({ anchor, text }) => [anchor, text]));
    const links = rows.flatMap(([, where = '']) => [...where.matchAll(/\[([^\]]+)\]\(([^)]+)\)/g)]);
    const wrong = links.filter(([, words, link]) => named.get(link!) !== words);
    expect(wrong.map(([link]) => link)).toEqual([]);
  });
});
