/*
 * Values that tell who has read them. The names are those of `@preact/signals-core`, which does more
 * and weighs a kilobyte more; spec/inspector/page/signals.spec.ts compares the two.
 */

export interface ReadonlySignal<T> {
  /** Who reads it in an effect or a computed value follows it. */
  readonly value: T;
  /** The value for who does not follow it. */
  peek(): T;
  /** Tells the value, now and whenever it is another one. Returns the end of that. */
  subscribe(hear: (value: T) => void): () => void;
}

export interface Signal<T> extends ReadonlySignal<T> {
  value: T;
}

/** Whoever runs and reads: an effect, or the making of a computed value. */
class Reader {
  /** What it read last time, and what that was. */
  readonly #seen = new Map<Cell<unknown>, unknown>();
  readonly stale: () => void;

  /** `stale` is called when something that it read may be another one. */
  constructor(stale: () => void) {
    this.stale = stale;
  }

  sees(cell: Cell<unknown>, value: unknown): void {
    this.#seen.set(cell, value);
    cell.readers.add(this);
  }

  get isBehind(): boolean {
    return [...this.#seen].some(([cell, value]) => cell.peek() !== value);
  }

  forget(): void {
    for (const cell of this.#seen.keys()) cell.readers.delete(this);
    this.#seen.clear();
  }

  read<T>(work: () => T): T {
    this.forget();
    return readAs(this, work);
  }
}

class Cell<T> implements Signal<T> {
  readonly readers = new Set<Reader>();
  protected now: T;

  constructor(now: T) {
    this.now = now;
  }

  get value(): T {
    const reader = reading;
    // Also what cannot be made is followed: later it may.
    reader?.sees(this, undefined);
    const value = this.peek();
    reader?.sees(this, value);
    return value;
  }

  set value(value: T) {
    this.now = value;
    batch(() => this.tell());
  }

  peek(): T {
    return this.now;
  }

  subscribe(hear: (value: T) => void): () => void {
    return effect(() => {
      const { value } = this;
      untracked(() => hear(value));
    });
  }

  protected tell(): void {
    for (const reader of this.readers) reader.stale();
  }
}

/** Is made when somebody reads it, and again if what it was made of is another one. */
class Computed<T> extends Cell<T | undefined> {
  readonly #make: () => T;
  #isFresh = false;
  #isMade = false;
  readonly #reader = new Reader(() => {
    if (!this.#isFresh) return;
    this.#isFresh = false;
    this.tell();
  });

  constructor(make: () => T) {
    super(undefined);
    this.#make = make;
  }

  override peek(): T {
    if (!this.#isMade || (!this.#isFresh && this.#reader.isBehind)) {
      this.#isMade = false;
      this.#isFresh = true;
      this.now = this.#reader.read(this.#make);
      this.#isMade = true;
    }
    this.#isFresh = true;
    return this.now as T;
  }
}

let reading: Reader | null = null;
let batches = 0;
/** Effects that may have to run again. */
const due = new Map<Reader, () => void>();

export function signal<T>(value: T): Signal<T> {
  return new Cell(value);
}

export function computed<T>(make: () => T): ReadonlySignal<T> {
  return new Computed(make) as ReadonlySignal<T>;
}

/**
 * Runs, and again whenever what it read is another one. What it returns, if that can be called, is
 * called before it runs again and at its end. Returns the end.
 *
 * @throws what it throws the first time; later it is reported, and it goes on.
 */
export function effect(work: () => unknown): () => void {
  let cleanUp: unknown;
  let isOver = false;
  const tidy = (): void => {
    reader.forget();
    if (typeof cleanUp === 'function') untracked(cleanUp as () => void);
    cleanUp = null;
  };
  const run = (): void => {
    tidy();
    batch(() => (cleanUp = reader.read(work)));
    if (isOver) tidy();
  };
  const end = (): void => {
    isOver = true;
    tidy();
  };
  const reader = new Reader(() => due.set(reader, run));
  try {
    run();
  } catch (error) {
    end();
    throw error;
  }
  return end;
}

/** Effects of what is set within it run once, at its end. One that fails harms no other. */
export function batch<T>(work: () => T): T {
  batches += 1;
  try {
    return work();
  } finally {
    if (batches === 1) settle();
    batches -= 1;
  }
}

/** What is read within it is not followed. */
export function untracked<T>(work: () => T): T {
  return readAs(null, work);
}

function settle(): void {
  for (const [reader, run] of due) {
    due.delete(reader);
    try {
      if (reader.isBehind) run();
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}

function readAs<T>(reader: Reader | null, work: () => T): T {
  const before = reading;
  reading = reader;
  try {
    return work();
  } finally {
    reading = before;
  }
}
