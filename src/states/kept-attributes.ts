import { type Attributes, freezeAttributes, NO_ATTRIBUTES } from './attributes.js';
import { isPlainObject, repeats } from './plain-data.js';

/** The attributes of an entity as they were written last. */
export class KeptAttributes {
  static readonly NONE = new KeptAttributes(NO_ATTRIBUTES);
  /** Deeply frozen. */
  readonly frozen: Attributes;
  /**
   * Its keys and values in turns, once they were repeated. Most writes bring the same attributes in
   * another object, and this list is compared with it in a third of the time of `frozen`: nothing
   * has to be looked up by name.
   */
  #pairs: readonly unknown[] | null = null;

  private constructor(frozen: Attributes) {
    this.frozen = frozen;
  }

  /**
   * What is kept after `given` was written: these themselves if it says the same. Nothing is copied
   * or made then.
   *
   * @throws InvalidAttributesError
   */
  next(given: unknown, entityId: string): KeptAttributes {
    const written = given ?? NO_ATTRIBUTES;
    // The frozen object of the last write can be told by identity.
    if (written === this.frozen) return this;
    if (written === NO_ATTRIBUTES) return KeptAttributes.NONE;
    if (typeof written === 'object' && isPlainObject(written) && this.#isRepeatedBy(written))
      return this;
    return new KeptAttributes(freezeAttributes(written, entityId, this.frozen));
  }

  #isRepeatedBy(written: Attributes): boolean {
    const pairs = this.#pairs;
    if (pairs === null) {
      const isSame = repeats(this.frozen, written);
      if (isSame) this.#pairs = pairsOf(this.frozen);
      return isSame;
    }
    let at = 0;
    try {
      for (const key in written) {
        if (pairs[at++] !== key) return repeats(this.frozen, written); // perhaps in another order
        const kept = pairs[at++];
        const value = written[key];
        if (Object.is(kept, value)) continue;
        if (typeof value !== 'object' || !repeats(kept, value)) return false;
      }
    } catch {
      return false; // A getter has thrown: who makes the copy finds out which.
    }
    return at === pairs.length;
  }
}

function pairsOf(attributes: Attributes): readonly unknown[] {
  // Flat by one level: a value that is a list stays one. `slice` gives back the room to grow.
  return Object.entries(attributes).flat().slice();
}
