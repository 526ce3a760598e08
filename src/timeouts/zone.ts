/** The zone that waits for all others, and whose freeze is everybody's. */
export const GLOBAL_ZONE = 'global';

/** Timeouts that are frozen together. It exists while somebody is in it or keeps it frozen. */
export class Zone {
  /** `null` for the timeouts that are in none. */
  readonly name: string | null;
  /** How many timeouts are in it. */
  running = 0;
  freezes = 0;

  constructor(name: string | null) {
    this.name = name;
  }

  get isEmpty(): boolean {
    return this.running === 0 && this.freezes === 0;
  }
}
