import { describe, expect, it } from '@jest/globals';
import { KnownFiles } from '../../src/integrations/folder-watcher/known-files.js';
import type { FileLook, Look } from '../../src/integrations/folder-watcher/look.js';

const MISSING = { kind: 'missing' } as const;
const file = (identity: string, size = 1, modifiedMs = 1): FileLook => ({
  kind: 'file',
  size,
  modifiedMs,
  identity,
});

function knowing(files: Record<string, FileLook>): KnownFiles {
  const known = new KnownFiles();
  for (const [path, look] of Object.entries(files)) known.learn(path, look);
  return known;
}

describe('KnownFiles', () => {
  it('tells of what is new, different and gone', () => {
    const known = knowing({ 'old.txt': file('1'), 'note.txt': file('2') });
    const now = new Map<string, Look>([
      ['old.txt', MISSING],
      ['note.txt', file('2', 9)],
      ['new.txt', file('3')],
    ]);
    expect(known.compare(now)).toEqual([
      { type: 'modified', path: 'note.txt' },
      { type: 'created', path: 'new.txt' },
      { type: 'deleted', path: 'old.txt' },
    ]);
    expect(known.paths.sort()).toEqual(['new.txt', 'note.txt']);
  });

  it('tells of each of several links to one file, and of none as moved to another', () => {
    const known = knowing({ a: file('1'), b: file('1'), c: file('1') });
    const now = new Map<string, Look>([
      ['a', MISSING],
      ['b', MISSING],
      ['c', file('1', 2)],
    ]);
    expect(known.compare(now)).toEqual([
      { type: 'modified', path: 'c' },
      { type: 'deleted', path: 'a' },
      { type: 'deleted', path: 'b' },
    ]);
    expect(known.paths).toEqual(['c']);
  });

  it('tells of a file that is missing here and new there as moved, also onto another', () => {
    const known = knowing({ a: file('1'), b: file('2') });
    const now = new Map<string, Look>([
      ['a', MISSING],
      ['b', file('1')],
    ]);
    expect(known.compare(now)).toEqual([{ type: 'moved', path: 'a', to: 'b' }]);
    expect(known.paths).toEqual(['b']);
  });

  it('tells of a file that was replaced by a new one as modified', () => {
    const known = knowing({ 'report.pdf': file('1') });
    expect(known.compare(new Map<string, Look>([['report.pdf', file('9')]]))).toEqual([
      { type: 'modified', path: 'report.pdf' },
    ]);
  });

  it('says nothing of what came and went unseen, and of what is as it was', () => {
    const known = knowing({ same: file('1') });
    const now = new Map<string, Look>([
      ['same', file('1')],
      ['ghost', MISSING],
    ]);
    expect(known.compare(now)).toEqual([]);
  });

  it('knows which files lie below a folder, and not those that only begin like it', () => {
    const known = knowing({ 'a/x': file('1'), 'a/b/y': file('2'), ab: file('3') });
    expect(known.below('a')).toEqual(['a/x', 'a/b/y']);
  });
});
