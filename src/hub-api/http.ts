import type { StandardSchema } from './standard-schema.js';

/** What may be given to `fetch`, beside what the web's has. */
export interface FetchOptions extends RequestInit {
  /** Milliseconds above 0 until the answer begins; `Infinity`: no limit. @default 10_000 */
  readonly timeoutMs?: number;
}

/** What may be given to `getJson` and `postJson`. */
export interface JsonOptions<T = unknown> {
  readonly headers?: NonNullable<RequestInit['headers']>;
  /** Ends the request: it rejects with the signal's own `reason`, at once. */
  readonly signal?: AbortSignal;
  /** Milliseconds above 0 for all of it, the body included; `Infinity`: no limit. @default 10_000 */
  readonly timeoutMs?: number;
  /** How many bytes the answer may have, unpacked. @default 10_000_000 */
  readonly maxBytes?: number;
  /** Checks the answer, and says of what type it is: any Standard Schema (zod, valibot …). */
  readonly schema?: StandardSchema<T>;
}

/**
 * HTTP for one owner. Sockets are shared and kept for the next request; there are at most ten to
 * one server, and what comes on top waits.
 *
 * Requests belong to the owner: when that is unloaded they are cut off and reject with
 * `ScopeClosedError`, bodies that are still read included, and new ones reject with it.
 *
 * A URL may have a name and password in it, which become an `Authorization` header; messages never
 * show them. At most 20 redirects are followed.
 */
export interface HttpSession {
  /**
   * The `fetch` of the web. A status of 400 and above is an answer like any other: `ensureOk` makes
   * an error of it. The body may be read in pieces, for as long as it takes.
   *
   * @throws (as a rejection) HttpRequestError when there is no answer; TimeoutError; the reason of
   * the signal; ScopeClosedError; InvalidOptionError.
   */
  fetch(url: string | URL, options?: FetchOptions): Promise<Response>;

  /**
   * Asks for JSON.
   *
   * @throws (as a rejection) as `fetch`, and HttpStatusError when the server says that it did not
   * work; HttpResponseError when the answer is no JSON, is too long, or does not fit the schema.
   */
  getJson<T = unknown>(url: string | URL, options?: JsonOptions<T>): Promise<T>;

  /**
   * Sends JSON, and gives the JSON that is answered; `undefined` for an empty answer. Without a
   * body (`undefined`) nothing is sent.
   *
   * @throws (as a rejection) as `getJson`; InvalidOptionError when JSON has no such body.
   */
  postJson<T = unknown>(url: string | URL, body: unknown, options?: JsonOptions<T>): Promise<T>;
}

/** How a session of one's own differs from `hub.http`. */
export interface HttpSessionOptions {
  /** What relative URLs are relative to. A path in it ends with `/`. */
  readonly baseUrl?: string | URL;
  /** Sent with each request that does not have them. */
  readonly headers?: NonNullable<RequestInit['headers']>;
  /** @default 10_000 */
  readonly timeoutMs?: number;
  /** @default 10_000_000 */
  readonly maxBytes?: number;
  /** How many sockets to one server, at most. @default 10 */
  readonly connections?: number;
}

/** A session of one's own. It ends with its owner, or earlier with `close()`. */
export interface OwnHttpSession extends HttpSession, AsyncDisposable {
  /** Cuts off what is under way, which rejects with `ScopeClosedError`, and closes the sockets. */
  close(): Promise<void>;
}
