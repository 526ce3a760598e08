import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { asyncScheduler } from 'rxjs';
import { type Hub, InvalidOptionError } from 'rxhome';
import { Actions } from './actions.js';
import { checkPlace, listenOnLoopback } from './http-server.js';
import { LiveFeed } from './live-feed.js';
import { pageFiles } from './page-files.js';
import { answer, type RoutesHost } from './routes.js';
import { DEFAULT_PORT, type Hello, PROTOCOL } from './wire.js';

/** Where a hub is shown. */
export interface InspectorOptions {
  /** The next free one of ten is taken if it is not free; 0: any. @default 8128 */
  readonly port?: number | undefined;
  /** An address of this machine: `127.0.0.1`, `localhost` or `::1`. @default '127.0.0.1' */
  readonly host?: string | undefined;
  /** What is shown is not real: `Simulated home`. The page says so, always. @default null */
  readonly label?: string | null | undefined;
}

/** A hub that is shown. */
export interface Inspector {
  readonly url: string;
  readonly port: number;
  /** The port that was asked for, if another one was taken. */
  readonly portTaken: number | null;
  /** Ends it: pages are told, sockets closed. It ends with the owner of the hub as well. */
  close(): Promise<void>;
}

// The same from src/inspector and from dist/inspector.
const MANIFEST = new URL('../../package.json', import.meta.url);

/**
 * Shows a hub on a page of this machine, and to the command line. From now on what happens is kept
 * for a page that comes later: five minutes, 90,000 rows at most. It costs the hub little, and
 * nothing while too much happens: then it is counted only.
 *
 * @throws InvalidOptionError naming the option; InspectorPortError when no port is free; ScopeClosedError
 * when the owner of the hub is gone (as rejections).
 */
export async function startInspector(hub: Hub, options: InspectorOptions = {}): Promise<Inspector> {
  const { port: asked = DEFAULT_PORT, host = '127.0.0.1', label = null } = options;
  checkPlace(host, asked);
  if (label !== null && (typeof label !== 'string' || label === '' || label.length > 60))
    throw new InvalidOptionError('Expected a `label` of 1 to 60 characters, or null.');
  hub.scope.signal.throwIfAborted();
  const scope = hub.scope.child('inspector');
  const own = hub.scoped(scope);
  const session = randomUUID();
  const hello = helloOf(hub, session, label);
  const feed = new LiveFeed(hub, own, session, hello);
  scope.own(() => feed.close(), 'feed');
  try {
    const routes: RoutesHost = {
      hub,
      actions: new Actions(own),
      feed,
      hello,
      onError: (error) =>
        scope.report({ error, source: 'integration', owner: scope.name, name: 'request' }),
    };
    const server = await listenOnLoopback(
      (request, response, port) => void answer(routes, request, response, port),
      host,
      asked,
    );
    if (scope.closed) {
      await server.close();
      scope.signal.throwIfAborted();
    }
    const { port } = server;
    // So that it is there when somebody looks; who asks for it hears why it is not.
    void pageFiles().catch(() => undefined);
    // The feed says goodbye before the sockets are closed.
    const end = async (): Promise<void> => {
      await feed.close();
      await server.close();
    };
    scope.own(end, 'server');
    const url = `http://${host === '::1' ? '[::1]' : host}:${port}`;
    const portTaken = asked === 0 || asked === port ? null : asked;
    return { url, port, portTaken, close: () => scope.close() };
  } catch (error) {
    await scope.close();
    throw error;
  }
}

function helloOf(hub: Hub, session: string, label: string | null): () => Omit<Hello, 'resumed'> {
  const { version } = JSON.parse(readFileSync(MANIFEST, 'utf8')) as { readonly version: string };
  const startedAt = asyncScheduler.now();
  return () => ({
    protocol: PROTOCOL,
    session,
    version,
    host: hostname(),
    node: process.version,
    pid: process.pid,
    at: asyncScheduler.now(),
    startedAt,
    label,
    workers: hub.snapshot().executor.maxThreads,
  });
}
