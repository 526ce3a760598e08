/** Who waits, in the order in which they came; whoever gives up leaves from the middle. */
export class Fifo<T> {
  readonly #items = new Set<T>();
  // Kept from one `shift` to the next: a new iterator would look anew at every place that has
  // become empty since, and 100,000 who leave in order would take seconds.
  #front = this.#items.values();

  get size(): number {
    return this.#items.size;
  }

  push(item: T): void {
    this.#items.add(item);
  }

  /** Takes out who came first; `undefined` when nobody waits. */
  shift(): T | undefined {
    let next = this.#front.next();
    if (next.done) {
      this.#front = this.#items.values(); // one that has come to an end stays there
      next = this.#front.next();
    }
    if (next.done) return undefined;
    this.#items.delete(next.value);
    return next.value;
  }

  /** Takes `item` out, wherever it stands. */
  delete(item: T): boolean {
    return this.#items.delete(item);
  }
}
