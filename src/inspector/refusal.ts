import type { Refusal } from './wire.js';

/** What a request gets instead of an answer. Its message says what was expected. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string,
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }

  toJSON(): Refusal {
    return { error: { code: this.code, message: this.message } };
  }
}
