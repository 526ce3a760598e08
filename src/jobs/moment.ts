/**
 * Something that comes once. The promise of it is made when somebody asks, because most that end
 * are awaited by nobody.
 */
export class Moment {
  #promise: Promise<void> | undefined;
  #resolve: (() => void) | undefined;
  #hasCome = false;

  /** Resolves when it comes, or has come. */
  get promise(): Promise<void> {
    return (this.#promise ??= this.#hasCome
      ? Promise.resolve()
      : new Promise((resolve) => (this.#resolve = resolve)));
  }

  come(): void {
    this.#hasCome = true;
    this.#resolve?.();
  }
}
