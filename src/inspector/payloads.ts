import { plainValue } from './plain-value.js';
import { Recent } from './recent.js';
import type { Subject } from './row-of.js';
import type { Payload, Row } from './wire.js';
import { isSmall } from './small-value.js';
import { type About, aboutOf } from './about.js';

const KEPT = 5_000;
/** What is shown of data that is too large to be kept, once it is gone. */
const PREVIEW = { chars: 1_024, values: 50, depth: 4 };

interface KeptAbout extends Omit<About, 'data'> {
  /** The data itself, if it is small; a large one lives only as long as somebody else needs it. */
  readonly data:
    { readonly small: unknown } | { readonly large: WeakRef<object>; readonly preview: unknown };
}

/** What the newest rows were about, at least 5,000 of them. Keeps nothing large alive. */
export class Payloads {
  readonly #kept = new Recent<number, KeptAbout>(KEPT);

  add(rows: readonly Row[], subjects: readonly (Subject | null)[]): void {
    for (const [i, row] of rows.entries()) {
      const subject = subjects[i];
      if (subject) this.#kept.set(row.id, keep(aboutOf(subject)));
    }
  }

  of(id: number): Payload | undefined {
    const kept = this.#kept.get(id);
    if (!kept) return undefined;
    const { data: held, ...about } = kept;
    const isSmallOne = 'small' in held;
    const value = isSmallOne ? held.small : held.large.deref();
    if (!isSmallOne && value === undefined)
      return { id, ...about, data: held.preview, isCut: true, note: GONE };
    const { data, isCut } = plainValue(value);
    return { id, ...about, data, isCut, note: null };
  }
}

const GONE = 'It was too large to be kept; this is what was noted of it.';

function keep({ data, ...about }: About): KeptAbout {
  if (typeof data !== 'object' || data === null || isSmall(data))
    return { ...about, data: { small: cutText(data) } };
  const preview = plainValue(data, PREVIEW).data;
  return { ...about, data: { large: new WeakRef(data), preview } };
}

function cutText(data: unknown): unknown {
  return typeof data === 'string' ? plainValue(data).data : data;
}
