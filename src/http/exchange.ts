import { untilAborted } from '../concurrency/until-aborted.js';
import { HttpRequestError } from '../errors/http-errors.js';
import type { Target } from './exchange-url.js';
import type { HubHttp } from './hub-http.js';
import type { OutgoingRequest, Transport } from './transport.js';

/** A request, and what it needs to go out. */
export interface Exchange {
  readonly http: HubHttp;
  readonly transport: () => Transport;
  readonly target: Target;
  readonly request: OutgoingRequest;
  /** Called once when nothing of it is on the wire any more. */
  readonly onEnd: () => void;
}

/**
 * Sends a request and gives the response, as soon as that begins.
 *
 * @throws (as a rejection) the reason of the request's signal; HttpRequestError.
 */
export async function exchange({
  http,
  transport,
  target: { url, shown },
  request,
  onEnd,
}: Exchange): Promise<Response> {
  const { signal, method } = request;
  let end: (() => void) | undefined;
  const over = (): void => {
    end?.();
    onEnd();
  };
  try {
    return await untilAborted(signal, () => {
      const answer = http.intercept?.(url, request);
      if (answer) return answer.finally(over);
      end = http.io.begin('http');
      return transport().send(url, request, { onMove: () => http.io.move(), onEnd: over });
    });
  } catch (error) {
    over();
    if (signal.aborted) throw signal.reason;
    throw requestError(method, shown, error);
  }
}

/** An error that says what was asked of whom, and why there is no answer. */
export function requestError(method: string, url: string, error: unknown): HttpRequestError {
  return new HttpRequestError(`${method} ${url} failed: ${reasonOf(error)}`, { url, cause: error });
}

// `fetch` itself says only that it failed; of several addresses that were tried the first tells.
function reasonOf(error: unknown): string {
  const { message, code, cause, errors } = (error ?? {}) as {
    message?: string;
    code?: string;
    cause?: unknown;
    errors?: readonly unknown[];
  };
  if (cause !== undefined) return reasonOf(cause);
  if (errors?.[0] !== undefined) return reasonOf(errors[0]);
  return message || code || String(error);
}
