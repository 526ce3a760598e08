import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import jestConfig from '../jest.config.js';

interface Door {
  readonly 'rxhome-source': string;
  readonly types: string;
  readonly default: string;
}

const ROOT = new URL('..', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as {
  name: string;
  version: string;
  exports: Record<string, Door | string>;
  files: string[];
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
};
const doors = Object.entries(manifest.exports).filter(
  (entry): entry is [string, Door] => typeof entry[1] === 'object',
);

describe.each(doors)('the door %s', (path, door) => {
  const source = door['rxhome-source'];

  it('has a source', () => {
    expect(existsSync(new URL(source, ROOT))).toBe(true);
  });

  it('is built to where it says', () => {
    const built = source.replace('./src/', './dist/').replace(/\.ts$/, '');
    expect(door).toMatchObject({ types: `${built}.d.ts`, default: `${built}.js` });
  });

  it('names its source first and its default last, as resolvers take the first that fits', () => {
    expect(Object.keys(door)).toEqual(['rxhome-source', 'types', 'default']);
  });

  it('opens to the same source in the specs', () => {
    const name = manifest.name + path.slice(1);
    const mapping = Object.entries(jestConfig.moduleNameMapper ?? {})
      .map(([pattern, target]) => ({ match: new RegExp(pattern).exec(name), target }))
      .find(({ match }) => match !== null);
    const target = String(mapping?.target).replace('$1', mapping?.match?.[1] ?? '');
    expect(target).toBe(source.replace('./', '<rootDir>/'));
  });
});

describe('the package', () => {
  it('ships what it lists', () => {
    const missing = manifest.files.filter(
      (path) => path !== 'dist' && !existsSync(new URL(path, ROOT)),
    );
    expect(missing).toEqual([]);
  });

  it('pins what it needs, so that a clean install is always the same', () => {
    const pinned = /^(npm:@?[\w/-]+@)?\d+\.\d+\.\d+$/;
    const loose = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }).filter(
      ([, version]) => !pinned.test(version),
    );
    expect(loose).toEqual([]);
  });

  it('tells of its version in the changelog', () => {
    const changelog = readFileSync(new URL('CHANGELOG.md', ROOT), 'utf8');
    expect(changelog).toContain(manifest.version);
  });
});
