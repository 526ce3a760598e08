import { HubError } from './hub-error.js';

/** What is known of the exchange that failed. */
export interface HttpErrorOptions extends ErrorOptions {
  /** Without credentials. */
  readonly url?: string;
  readonly status?: number;
  /** The beginning of what was answered. */
  readonly excerpt?: string;
}

/** There was no answer, or it broke off; the cause says why: try again later, or mend the address. */
export class HttpRequestError extends HubError {
  override readonly code = 'HTTP_REQUEST';
  readonly url: string;

  constructor(message: string, { url = '', cause }: HttpErrorOptions = {}) {
    super(message, cause === undefined ? {} : { cause });
    this.url = url;
  }
}

/** The server answered that it did not work: `status` says what to do about it. */
export class HttpStatusError extends HubError {
  override readonly code = 'HTTP_STATUS';
  readonly status: number;
  readonly url: string;
  readonly excerpt: string;

  constructor(message: string, { status = 0, url = '', excerpt = '' }: HttpErrorOptions = {}) {
    super(message);
    this.status = status;
    this.url = url;
    this.excerpt = excerpt;
  }
}

/** The answer is not what was asked for (no JSON, other data, too much): mend the request or the schema. */
export class HttpResponseError extends HubError {
  override readonly code = 'HTTP_RESPONSE';
  readonly url: string;
  readonly excerpt: string;

  constructor(message: string, { url = '', excerpt = '', cause }: HttpErrorOptions = {}) {
    super(message, cause === undefined ? {} : { cause });
    this.url = url;
    this.excerpt = excerpt;
  }
}
