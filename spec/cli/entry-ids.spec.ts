import { describe, expect, it } from '@jest/globals';
import { withIds } from '../../src/cli/entry-ids.js';

const idsOf = (...entries: Parameters<typeof withIds>[0]): unknown[] =>
  withIds(entries).map(({ entryId }) => entryId);

describe('the ids of entries in a file', () => {
  it('are made of domain and title, and numbered where they are the same', () => {
    expect(
      idsOf(
        { domain: 'system_monitor' },
        { domain: 'folder_watcher', title: 'Café: In & Out' },
        { domain: 'folder_watcher' },
        { domain: 'folder_watcher', title: 'folder_watcher' },
        { domain: 'folder_watcher' },
      ),
    ).toEqual([
      'system_monitor',
      'folder_watcher_cafe_in_out',
      'folder_watcher',
      'folder_watcher_2',
      'folder_watcher_3',
    ]);
  });

  it('are ids, however long the title is, and differ', () => {
    const title = 'x'.repeat(200);
    const ids = idsOf({ domain: 'lamp', title }, { domain: 'lamp', title });
    for (const id of ids) expect(id).toMatch(/^[\w.-]{1,64}$/);
    expect(new Set(ids).size).toBe(2);
  });

  it('leave the rest as it is', () => {
    const data = { host: 'k' };
    expect(withIds([{ domain: 'lamp', data }])).toEqual([
      { domain: 'lamp', entryId: 'lamp', data },
    ]);
  });
});
