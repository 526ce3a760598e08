/** Counters of the processor since the machine began, in any unit: only their growth counts. */
export interface ProcessorTimes {
  readonly busy: number;
  readonly idle: number;
}

/** Bytes through all network interfaces but loopback, since they began. */
export interface NetworkBytes {
  readonly received: number;
  readonly sent: number;
}

/** How much of something is in use, in bytes. */
export interface Used {
  readonly used: number;
  readonly total: number;
}

/**
 * Where the readings come from. `null` is the honest answer of a machine that has no such thing;
 * what rejects has failed, and may work again the next time.
 */
export interface Machine {
  processor(): Promise<ProcessorTimes | null>;
  memory(): Promise<Used | null>;
  /** The load of the last minute. */
  load(): Promise<number | null>;
  network(): Promise<NetworkBytes | null>;
  disk(path: string): Promise<Used | null>;
  /** Seconds since the machine began. */
  uptime(): Promise<number | null>;
  /** Of the processor, in °C. */
  temperature(): Promise<number | null>;
  /** Its charge in percent. */
  battery(): Promise<number | null>;
  /** Seconds on a clock that only goes forward; for rates. */
  seconds(): number;
}
