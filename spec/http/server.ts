import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach } from '@jest/globals';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const open: TestServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

/** A real server on loopback that counts its sockets and cut-off requests. */
export class TestServer {
  url = '';
  sockets = 0;
  openSockets = 0;
  requests: IncomingMessage[] = [];
  /** Requests whose socket was closed before they were answered to the end. */
  cutOff = 0;
  readonly #server: Server;
  readonly #all = new Set<Socket>();

  private constructor(handler: Handler) {
    this.#server = createServer((request, response) => {
      this.requests.push(request);
      response.on('close', () => {
        if (!response.writableFinished) this.cutOff++;
      });
      handler(request, response);
    });
    this.#server.on('connection', (socket) => {
      this.sockets++;
      this.openSockets++;
      this.#all.add(socket);
      socket.on('close', () => this.openSockets--);
    });
  }

  static async start(handler: Handler): Promise<TestServer> {
    const server = new TestServer(handler);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    server.url = `http://127.0.0.1:${(server.#server.address() as AddressInfo).port}`;
    open.push(server);
    return server;
  }

  async close(): Promise<void> {
    for (const socket of this.#all) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** The whole body of a request. */
export async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

export function json(response: ServerResponse, data: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(data));
}
