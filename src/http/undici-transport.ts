import { inRealTime } from '../clock/real-time.js';
import type { Agent, Dispatcher, RequestInit as UndiciInit } from 'undici';
import type { ExchangeWatcher, OutgoingRequest, Transport } from './transport.js';

type Undici = typeof import('undici');

interface Pool {
  readonly fetch: Undici['fetch'];
  readonly agent: Agent;
  readonly Watched: Watch;
}

/**
 * Sends through a pool of undici, the one place that knows it. It is loaded and made for the first
 * request: most programs that have a hub need none in their first second, and some never.
 */
export class UndiciTransport implements Transport {
  readonly #connections: number;
  #pool: Promise<Pool> | undefined;
  #isClosed = false;

  constructor(connections: number) {
    this.#connections = connections;
  }

  async send(url: URL, request: OutgoingRequest, watcher: ExchangeWatcher): Promise<Response> {
    let underWay = 0;
    let isAnswered = false;
    const endIfOver = (): void => {
      if (isAnswered && underWay === 0) watcher.onEnd();
    };
    try {
      const { fetch, agent, Watched } = await (this.#pool ??= this.#open());
      const dispatch: Dispatcher['dispatch'] = (options, handler) => {
        underWay++; // once for each redirect
        const end = (): void => {
          underWay--;
          endIfOver();
        };
        const watched = new Watched(handler, () => watcher.onMove(), end);
        return inRealTime(() => agent.dispatch(options, watched));
      };
      const init = { ...(await bodyOf(request)), dispatcher: { dispatch } };
      const response: unknown = await fetch(url, init as unknown as UndiciInit);
      isAnswered = true;
      endIfOver();
      return response as Response;
    } catch (error) {
      watcher.onEnd();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const { agent } = (await this.#pool) ?? {};
    await agent?.destroy();
  }

  async #open(): Promise<Pool> {
    const undici = await import('undici');
    // How long a request may take is the caller's to say; a stream may be silent for hours.
    const agent = new undici.Agent({
      connections: this.#connections,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    if (this.#isClosed) await agent.destroy();
    return { fetch: undici.fetch, agent, Watched: watchedHandler(undici) };
  }
}

type Handler = Dispatcher.DispatchHandler;
type Controller = Dispatcher.DispatchController;
type Watch = new (handler: Handler, move: () => void, end: () => void) => Handler;

// Its types leave out the methods that it has.
interface Forwarding {
  onResponseData(controller: Controller, chunk: Buffer): void;
  onResponseEnd(controller: Controller, trailers: unknown): void;
  onResponseError(controller: Controller, error: Error): void;
}

/** What stands between undici and whoever gets the answer, and tells of what passes by. */
function watchedHandler({ DecoratorHandler }: Undici): Watch {
  const Forward = DecoratorHandler as new (handler: Handler) => Forwarding;
  return class Watched extends Forward {
    readonly #move: () => void;
    #end: (() => void) | undefined;

    constructor(handler: Handler, move: () => void, end: () => void) {
      super(handler);
      this.#move = move;
      this.#end = end;
    }

    override onResponseData(controller: Controller, chunk: Buffer): void {
      this.#move();
      super.onResponseData(controller, chunk);
    }

    override onResponseEnd(controller: Controller, trailers: unknown): void {
      this.#over();
      super.onResponseEnd(controller, trailers);
    }

    override onResponseError(controller: Controller, error: Error): void {
      this.#over();
      super.onResponseError(controller, error);
    }

    #over(): void {
      this.#end?.();
      this.#end = undefined;
    }
  };
}

// The forms of this package are another class than Node's: it would send `[object FormData]`.
async function bodyOf(request: OutgoingRequest): Promise<OutgoingRequest> {
  const { body, headers } = request;
  if (!(body instanceof FormData)) return request;
  const form = new Response(body);
  const type = form.headers.get('content-type');
  if (type !== null) headers.set('content-type', type);
  return { ...request, body: await form.arrayBuffer() };
}
