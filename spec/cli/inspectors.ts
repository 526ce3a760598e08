import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Hello } from 'rxhome/inspector';

export const HELLO: Hello = {
  protocol: 1,
  session: 'one',
  version: '0.1.0',
  host: 'here',
  node: '20.0.0',
  pid: 7,
  at: 1_000,
  startedAt: 0,
  label: null,
  workers: 1,
  resumed: false,
};

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Somebody who listens on loopback, and says what a spec wants to be said. */
export class Somebody {
  readonly requests: IncomingMessage[] = [];
  readonly #server: Server;

  static async listening(answer: Answer, port = 0): Promise<Somebody> {
    const one = new Somebody(answer);
    await new Promise<void>((resolve, reject) => {
      one.#server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
    return one;
  }

  private constructor(answer: Answer) {
    this.#server = createServer((request, response) => {
      this.requests.push(request);
      answer(request, response);
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** Answers as an inspector does, `/api/hello` with `hello`. */
export function inspector(hello: unknown, answer?: Answer): Answer {
  return (request, response) => {
    if (request.url === '/api/hello') response.end(JSON.stringify(hello));
    else if (answer) answer(request, response);
    else response.writeHead(404).end();
  };
}

/** A frame of the feed. */
export function frame(event: string, data: unknown, id = ''): string {
  return `${id && `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
