/** Where one of so many is gone, those are cut off: until then they take room. */
const SHARE = 32;

/**
 * Things in the order of time, of which the oldest go. They come nearly in order: a late one is put
 * into its place from the end, where that place is near.
 */
export class TimeList<T extends { readonly at: number }> {
  #items: T[] = [];
  /** Before it stand those that are gone; they are cut off together, now and then. */
  #start = 0;

  get size(): number {
    return this.#items.length - this.#start;
  }

  get first(): T | undefined {
    return this.#items[this.#start];
  }

  get last(): T | undefined {
    return this.size > 0 ? this.#items.at(-1) : undefined;
  }

  /** From 0, the oldest. */
  at(index: number): T | undefined {
    return index < 0 ? undefined : this.#items[this.#start + index];
  }

  add(item: T): void {
    const items = this.#items;
    items.push(item);
    let index = items.length - 1;
    while (index > this.#start) {
      const before = items[index - 1];
      if (before === undefined || before.at <= item.at) break;
      items[index] = before;
      index -= 1;
    }
    items[index] = item;
  }

  /** Takes the oldest away. */
  shift(): T | undefined {
    const first = this.#items[this.#start];
    if (first === undefined) return undefined;
    this.#start += 1;
    if (this.#start >= 1_024 && this.#start * SHARE >= this.#items.length) {
      this.#items = this.#items.slice(this.#start);
      this.#start = 0;
    }
    return first;
  }

  /** The place of the first one that is not before `at`. */
  indexAt(at: number): number {
    let low = this.#start;
    let high = this.#items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#items[middle] as T).at < at) low = middle + 1;
      else high = middle;
    }
    return low - this.#start;
  }

  /** Those in [from, to), oldest first. */
  between(from: number, to: number): T[] {
    return this.#items.slice(this.#start + this.indexAt(from), this.#start + this.indexAt(to));
  }

  /** Where this one stands; -1: it does not. */
  indexOf(item: T): number {
    for (let index = this.indexAt(item.at); index < this.size; index++) {
      const one = this.at(index) as T;
      if (one === item) return index;
      if (one.at > item.at) break;
    }
    return -1;
  }

  remove(item: T): void {
    const index = this.indexOf(item);
    if (index === 0) this.shift();
    else if (index > 0) this.#items.splice(this.#start + index, 1);
  }

  clear(): void {
    this.#items = [];
    this.#start = 0;
  }
}
