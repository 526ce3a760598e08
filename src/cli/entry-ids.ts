import { type NewConfigEntry, slugify } from 'rxhome';

const MAX_LENGTH = 56; // leaves place for a number

/**
 * The entries of a file, each with an id that is the same in every run as long as its domain and
 * title are: what an integration stores by the id of its entry is found again. Those that are
 * called the same are numbered.
 */
export function withIds(entries: readonly NewConfigEntry[]): readonly NewConfigEntry[] {
  const taken = new Set<string>();
  return entries.map((entry) => {
    const { domain, title = domain } = entry;
    const name = title === domain ? domain : slugify(`${domain} ${title}`);
    const base = name.slice(0, MAX_LENGTH);
    let entryId = base;
    for (let n = 2; taken.has(entryId); n++) entryId = `${base}_${n}`;
    taken.add(entryId);
    return { ...entry, entryId };
  });
}
