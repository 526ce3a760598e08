import { LinkedSignal } from '../concurrency/linked-signal.js';
import { ScopeClosedError } from '../errors/work-errors.js';
import type { HttpSession, HttpSessionOptions, OwnHttpSession } from '../hub-api/http.js';
import { Fence } from '../ownership/fence.js';
import type { Scope } from '../ownership/scope.js';
import { Session } from './http-session.js';
import { DEFAULT_CONNECTIONS, httpOf } from './hub-http.js';
import type { Transport } from './transport.js';

/** `hub.http` of one owner. */
export function sharedSession(fence: Fence): HttpSession {
  const { scope } = fence;
  const http = httpOf(scope);
  return new Session({ http, fence, transport: () => http.shared, signal: scope.signal });
}

/**
 * A session of one's own: with sockets that nobody else uses, a base URL, headers, and limits.
 *
 *     const bridge = createHttpSession(entry, { baseUrl: `http://${host}/api/` });
 *     const lights = await bridge.getJson('lights');
 *
 * It belongs to the config entry, or to the owner of the hub, that is given, and ends with it:
 * then what is under way is cut off and the sockets are closed.
 *
 * @throws InvalidOptionError naming the option and the value.
 */
export function createHttpSession(
  owner: { readonly scope: Scope },
  options: HttpSessionOptions = {},
): OwnHttpSession {
  return new OwnSession(Fence.of(owner.scope), options);
}

class OwnSession extends Session implements OwnHttpSession {
  readonly #close: () => Promise<void> | undefined;

  constructor(fence: Fence, options: HttpSessionOptions) {
    const { scope } = fence;
    const http = httpOf(scope);
    const life = new LinkedSignal([scope.signal]);
    let own: Transport | undefined;
    const transport = (): Transport =>
      (own ??= http.open(scope, options.connections ?? DEFAULT_CONNECTIONS));
    super({ http, fence, transport, signal: life.signal }, options);
    this.#close = () => {
      if (!life.signal.aborted)
        life.abort(new ScopeClosedError(`The HTTP session of \`${scope.name}\` was closed.`));
      return own?.close();
    };
  }

  async close(): Promise<void> {
    await this.#close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
