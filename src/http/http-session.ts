import { untilAborted } from '../concurrency/until-aborted.js';
import { checkCount, checkMs } from '../errors/check-option.js';
import { isHubError } from '../errors/hub-error.js';
import type {
  FetchOptions,
  HttpSession,
  HttpSessionOptions,
  JsonOptions,
} from '../hub-api/http.js';
import type { Fence } from '../ownership/fence.js';
import { ReportedPromise } from '../ownership/reported-promise.js';
import { statusError } from './ensure-ok.js';
import { readUrl, type Target } from './exchange-url.js';
import { exchange, requestError } from './exchange.js';
import type { HubHttp } from './hub-http.js';
import { jsonBody, parseJson, readText } from './json.js';
import { RequestLimits } from './request-limits.js';
import type { Transport } from './transport.js';

const DEFAULT_TIMEOUT_MS = 10_000; // Home Assistant's figure
const DEFAULT_MAX_BYTES = 10_000_000;

/** Of whom a session is, and through what it sends. */
export interface SessionHost {
  readonly http: HubHttp;
  readonly fence: Fence;
  readonly transport: () => Transport;
  /** Ends the session. */
  readonly signal: AbortSignal;
}

/** HTTP as one owner has it: its requests end with it. */
export class Session implements HttpSession {
  readonly #host: SessionHost;
  readonly #options: HttpSessionOptions;

  /** @throws InvalidOptionError naming the option and the value. */
  constructor(host: SessionHost, options: HttpSessionOptions = {}) {
    checkLimits(options);
    if (options.baseUrl !== undefined) readUrl(options.baseUrl);
    this.#host = host;
    this.#options = options;
  }

  fetch(url: string | URL, options: FetchOptions = {}): Promise<Response> {
    return this.#call('fetch', options.signal, async () => {
      const target = readUrl(url, this.#options.baseUrl);
      const method = (options.method ?? 'GET').toUpperCase();
      const limits = this.#limits(target, method, options);
      // The body may come after that, for as long as the owner and the caller are there.
      const onEnd = (): void => limits[Symbol.dispose]();
      const response = await this.#exchange(target, { ...options, method }, limits, onEnd);
      limits.stopClock();
      return response;
    });
  }

  getJson<T = unknown>(url: string | URL, options: JsonOptions<T> = {}): Promise<T> {
    return this.#call('getJson', options.signal, () => this.#json('GET', url, undefined, options));
  }

  postJson<T = unknown>(
    url: string | URL,
    body: unknown,
    options: JsonOptions<T> = {},
  ): Promise<T> {
    return this.#call('postJson', options.signal, async () =>
      this.#json('POST', url, jsonBody(body), options),
    );
  }

  /** A call whose failure is reported if nobody awaits it; that it was told to end is no failure. */
  #call<T>(
    name: string,
    signal: AbortSignal | null | undefined,
    work: () => Promise<T>,
  ): Promise<T> {
    const { fence, signal: life } = this.#host;
    const { scope } = fence;
    const what = `http.${name}`;
    if (scope.closed) return fence.refuse(what);
    return ReportedPromise.of(life.aborted ? Promise.reject(life.reason) : work(), (error) => {
      if (error !== life.reason && error !== signal?.reason)
        scope.report({ error, source: 'http', owner: scope.name, name: what });
    });
  }

  async #json<T>(
    method: string,
    url: string | URL,
    body: string | undefined,
    options: JsonOptions<T>,
  ): Promise<T> {
    const target = readUrl(url, this.#options.baseUrl);
    const asked = { method, url: target.shown };
    const { maxBytes = this.#options.maxBytes ?? DEFAULT_MAX_BYTES, schema } = options;
    const headers = new Headers(options.headers);
    if (!headers.has('accept')) headers.set('accept', 'application/json');
    if (body !== undefined && !headers.has('content-type'))
      headers.set('content-type', 'application/json');
    using limits = this.#limits(target, method, options);
    const { signal } = limits;
    const init = { method, headers, ...(body !== undefined && { body }) };
    const response = await this.#exchange(target, init, limits, () => undefined);
    return await untilAborted(signal, async () => {
      try {
        if (!response.ok) throw await statusError(response, target.shown, method);
        const text = await readText(response, asked, maxBytes);
        const mayBeEmpty = method === 'POST';
        return await parseJson(text, asked, schema, mayBeEmpty);
      } catch (error) {
        throw isHubError(error) ? error : requestError(method, target.shown, error);
      }
    });
  }

  /** @throws InvalidOptionError naming the option and the value. */
  #limits(
    { shown }: Target,
    method: string,
    options: Pick<FetchOptions, 'timeoutMs' | 'signal'>,
  ): RequestLimits {
    checkLimits(options);
    const { timeoutMs = this.#options.timeoutMs ?? DEFAULT_TIMEOUT_MS, signal } = options;
    const signals = [this.#host.signal, signal ?? undefined];
    return new RequestLimits(signals, timeoutMs, `${method} ${shown}`);
  }

  #exchange(
    target: Target,
    init: RequestInit & { readonly method: string },
    { signal }: RequestLimits,
    onEnd: () => void,
  ): Promise<Response> {
    const { http, transport } = this.#host;
    const headers = new Headers(this.#options.headers);
    for (const [name, value] of new Headers(init.headers)) headers.set(name, value);
    if (target.authorization !== undefined && !headers.has('authorization'))
      headers.set('authorization', target.authorization);
    return exchange({ http, transport, target, request: { ...init, headers, signal }, onEnd });
  }
}

function checkLimits(options: HttpSessionOptions): void {
  const { timeoutMs, maxBytes, connections } = options;
  if (timeoutMs !== undefined) checkMs('timeoutMs', timeoutMs, { orInfinity: true });
  if (maxBytes !== undefined) checkCount('maxBytes', maxBytes, { orInfinity: true });
  if (connections !== undefined) checkCount('connections', connections);
}
