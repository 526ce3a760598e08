/** What is told of an exchange while it goes on. */
export interface ExchangeWatcher {
  /** It has got a piece further. */
  onMove(): void;
  /** Nothing of it is on the wire any more: it came to its end, broke off, or was cut off. */
  onEnd(): void;
}

/** A request, as it goes out. */
export type OutgoingRequest = RequestInit & {
  readonly method: string;
  readonly headers: Headers;
  readonly signal: AbortSignal;
};

/** What sends requests: sockets and all. */
export interface Transport {
  /** Like the `fetch` of the web; `watcher.onEnd` is called in any case. */
  send(url: URL, request: OutgoingRequest, watcher: ExchangeWatcher): Promise<Response>;
  /** Closes all sockets at once. */
  close(): Promise<void>;
}

/**
 * Answers a request in place of the network, for tests; `undefined` lets it through. It may take
 * its time: the request ends with its signal all the same.
 */
export type Interceptor = (url: URL, request: OutgoingRequest) => Promise<Response> | undefined;
