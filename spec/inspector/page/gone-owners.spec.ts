import { describe, expect, it } from '@jest/globals';
import { goneOwners } from '../../../src/inspector/page/model/gone-owners.js';
import type { Slow } from '../../../src/inspector/wire.js';

const slow = (entries: readonly string[], closed: readonly string[] = [], state = 'loaded') =>
  ({
    entries: entries.map((domain) => ({ title: `The ${domain}`, domain, state })),
    held: [...closed, 'there'].map((owner) => ({ owner, closed: owner !== 'there' })),
  }) as unknown as Slow;

describe('owners that are gone', () => {
  it('are those that closed, and those of entries that are not there any more', () => {
    const seen = new Set<string>();
    expect([...goneOwners(null, seen)]).toEqual([]);
    expect([...goneOwners(slow(['sun', 'mqtt'], ['guest']), seen)]).toEqual(['guest']);
    expect([...goneOwners(slow(['sun']), seen)]).toEqual(['The mqtt', 'mqtt', 'mqtt "The mqtt"']);
    expect([...goneOwners(slow(['sun', 'mqtt']), seen)]).toEqual([]);
    expect(goneOwners(slow(['sun'], [], 'not_loaded'), seen)).toContain('sun');
  });
});
