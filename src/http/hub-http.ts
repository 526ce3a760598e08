import { ioOf, type OutsideIo } from '../ownership/outside-io.js';
import { PerHub } from '../ownership/per-hub.js';
import type { Scope } from '../ownership/scope.js';
import type { Interceptor, Transport } from './transport.js';
import { UndiciTransport } from './undici-transport.js';

/** How many sockets to one server a session has, at most. */
export const DEFAULT_CONNECTIONS = 10;

/** What the sessions of a hub have in common. */
export class HubHttp {
  readonly io: OutsideIo;
  /** Answers in place of the network, for all sessions of the hub; for tests. */
  intercept: Interceptor | null = null;
  readonly #root: Scope;
  #shared: Transport | undefined;

  constructor(root: Scope) {
    this.#root = root;
    this.io = ioOf(root);
  }

  /** The sockets of `hub.http`, for all owners. They are closed with the hub. */
  get shared(): Transport {
    return (this.#shared ??= this.open(this.#root, DEFAULT_CONNECTIONS));
  }

  /** Sockets that are closed with their owner. */
  open(owner: Scope, connections: number): Transport {
    const transport = new UndiciTransport(connections);
    const owned = { name: 'http session', end: () => transport.close() };
    owner.attach(owned);
    return {
      send: (url, request, watcher) => transport.send(url, request, watcher),
      close: () => {
        owner.detach(owned);
        return transport.close();
      },
    };
  }
}

const hubs = new PerHub((root) => new HubHttp(root));

/** What the sessions of the hub have in common to which a scope belongs. */
export function httpOf(scope: Scope): HubHttp {
  return hubs.of(scope);
}
