/**
 * Keeps a log readable: a value of a subject is news the first time, and then whenever it has
 * doubled. Of too many subjects the one that was news longest ago is forgotten.
 */
export class Doublings {
  readonly #told = new Map<string, number>();

  /** Whether `value` is to be told. */
  isNews(subject: string, value: number): boolean {
    const told = this.#told.get(subject);
    if (told !== undefined && value < 2 * told) return false;
    this.#told.delete(subject);
    this.#told.set(subject, value);
    if (this.#told.size > MAX_SUBJECTS) this.#forgetOldest();
    return true;
  }

  #forgetOldest(): void {
    for (const subject of this.#told.keys()) {
      this.#told.delete(subject);
      return;
    }
  }
}

const MAX_SUBJECTS = 1000;
