import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { HubError, InvalidOptionError, runUncaused } from 'rxhome';
import { Refused } from './refusal.js';
import { PORTS_TRIED } from './wire.js';

const LOOPBACK = ['127.0.0.1', 'localhost', '::1'];
const LIMITS = {
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 2_000,
  maxHeaderSize: 16 * 1024,
  // Whether it is for us is looked at with all else; Node would refuse it without a word.
  requireHostHeader: false,
};
const MAX_SOCKETS = 256;
/** How long somebody who was refused has for reading it. */
const REFUSED_MS = 1_000;
const LAST_PORT = 65_535;

/** What Node finds wrong of a request before it is one. */
const BAD_REQUESTS: Readonly<Record<string, Refused>> = {
  HPE_HEADER_OVERFLOW: new Refused(431, 'HEADERS_TOO_LARGE', 'Expected headers of up to 16 kB.'),
  ERR_HTTP_REQUEST_TIMEOUT: new Refused(
    408,
    'TOO_SLOW',
    'Expected the headers within 5 s, and all of the request within 10 s.',
  ),
};
const NO_REQUEST = new Refused(400, 'NO_HTTP', 'Expected an HTTP/1.1 request.');

/** No port is free for the inspector: end what has them, or choose another one. */
export class InspectorPortError extends HubError {
  override readonly code = 'INSPECTOR_PORT';
}

/** A server that listens on this machine only. */
export interface LoopbackServer {
  readonly port: number;
  /** Ends it with all its sockets. Resolves when they are closed. */
  close(): Promise<void>;
}

/** @throws InvalidOptionError naming the value. */
export function checkPlace(host: unknown, port: unknown): void {
  if (!LOOPBACK.includes(host as string))
    throw new InvalidOptionError(
      `Expected a \`host\` of this machine (${LOOPBACK.join(', ')}), got \`${String(host)}\`: the inspector is open to nobody else.`,
    );
  if (!Number.isInteger(port) || (port as number) < 0 || (port as number) > LAST_PORT)
    throw new InvalidOptionError(
      `Expected a \`port\` from 0 (any) to ${LAST_PORT}, got \`${String(port)}\`.`,
    );
}

/**
 * Listens on `port`, or on the next one that is free, of ten; 0: on any.
 *
 * @throws InspectorPortError (as a rejection) when none is.
 */
export async function listenOnLoopback(
  onRequest: (request: IncomingMessage, response: ServerResponse, port: number) => void,
  host: string,
  port: number,
): Promise<LoopbackServer> {
  const last = port === 0 ? 0 : Math.min(port + PORTS_TRIED - 1, LAST_PORT);
  let cause: unknown;
  for (let tried = port; tried <= last; tried++) {
    try {
      return await listen(onRequest, host, tried);
    } catch (error) {
      cause = error;
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EADDRINUSE' && code !== 'EACCES') break;
    }
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  throw new InspectorPortError(
    `The inspector found no free port from ${port} to ${last} on ${host}: ${reason}`,
    { cause },
  );
}

function listen(
  onRequest: Parameters<typeof listenOnLoopback>[0],
  host: string,
  asked: number,
): Promise<LoopbackServer> {
  let port = asked;
  // What a request leads to is caused by nothing of the code that has started the inspector.
  const server = runUncaused(() =>
    createServer(LIMITS, (request, response) => onRequest(request, response, port)),
  );
  server.maxConnections = MAX_SOCKETS;
  server.on('clientError', refuseRaw);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    runUncaused(() =>
      server.listen({ host, port: asked }, () => {
        server.off('error', reject);
        server.on('error', () => undefined); // a socket that could not be accepted
        port = (server.address() as AddressInfo).port;
        resolve({ port, close: () => close(server) });
      }),
    );
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function refuseRaw(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const refused = BAD_REQUESTS[error.code ?? ''] ?? NO_REQUEST;
  const body = JSON.stringify(refused);
  socket.end(
    `HTTP/1.1 ${refused.status} ${refused.code}\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
  // Who does not end it on his side as well would keep a place for ever.
  if (socket instanceof Socket) socket.setTimeout(REFUSED_MS, () => socket.destroy());
}
