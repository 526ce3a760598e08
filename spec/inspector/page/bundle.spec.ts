import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { buildPage } from '../../../src/inspector/build-page.js';

const KB = 1_000;

describe('the page as it is sent', () => {
  let files: ReadonlyMap<string, Buffer>;
  const text = (name: string): string => files.get(name)?.toString() ?? '';
  const ofType = (type: string): string[] =>
    [...files.keys()].filter((name) => name.endsWith(type));

  beforeAll(async () => {
    files = await buildPage();
  });

  it('is less than 43.7 kB, zipped: all of it', () => {
    expect([...files.keys()].sort()).toEqual(['icon.svg', 'index.html', 'page.css', 'page.js']);
    const all = [...files.values()].reduce((sum, bytes) => sum + gzipSync(bytes).length, 0);
    expect(all).toBeLessThan(43.7 * KB);
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
