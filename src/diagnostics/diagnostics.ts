import { now } from '../clock/clock.js';
import { Feed } from '../events/feed.js';
import type { Diagnostic } from '../hub-api/diagnostic.js';

/** A finding as its finder knows it; the rest is filled in. */
export type Finding = Pick<Diagnostic, 'kind' | 'owner' | 'name' | 'message'> & Partial<Diagnostic>;

/** Where findings go. */
export interface DiagnosticsHost {
  readonly warn: (message: string, fields: Readonly<Record<string, unknown>>) => void;
  /** Takes what a subscriber of the feed throws. */
  readonly onError: (error: unknown) => void;
}

const KEPT = 100;

/** Takes what the finders find: one line in the log, one in `diagnostics$`, the last ones kept. */
export class Diagnostics {
  readonly feed: Feed<Diagnostic>;
  readonly #host: DiagnosticsHost;
  readonly #kept: Diagnostic[] = [];

  constructor(host: DiagnosticsHost) {
    this.#host = host;
    this.feed = new Feed({ onError: host.onError });
  }

  /** The last hundred, oldest first. */
  get kept(): readonly Diagnostic[] {
    return [...this.#kept];
  }

  readonly record = (finding: Finding): void => {
    const diagnostic: Diagnostic = {
      at: now(),
      durationMs: null,
      where: null,
      stack: null,
      detail: {},
      ...finding,
    };
    if (this.#kept.push(diagnostic) > KEPT) this.#kept.shift();
    const { kind, owner, name, message, where } = diagnostic;
    this.#host.warn(message, { kind, owner, name, ...(where !== null && { where }) });
    this.feed.emit(diagnostic);
  };
}
