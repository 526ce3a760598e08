/** `broken`: a hub does not run, or does not do what its configuration asks for. */
export type Health = 'ok' | 'warning' | 'broken';

/** What one check has found. */
export interface Finding {
  readonly check: string;
  readonly health: Health;
  readonly text: string;
  /** What to do about it; `null` if there is nothing to do. */
  readonly advice: string | null;
}

export function ok(check: string, text: string): Finding {
  return { check, health: 'ok', text, advice: null };
}

export function warning(check: string, text: string, advice: string | null): Finding {
  return { check, health: 'warning', text, advice };
}

export function broken(check: string, text: string, advice: string): Finding {
  return { check, health: 'broken', text, advice };
}
