import {
  type ClientRequest,
  get,
  type IncomingMessage,
  request,
  type RequestOptions,
} from 'node:http';
import { expect } from '@jest/globals';
import { Hub, type HubErrorReport, type Logger } from 'rxhome';
import {
  type FeedMessages,
  type Inspector,
  type InspectorOptions,
  isUpdate,
  type Row,
  startInspector,
  statusOf,
  unpackRow,
} from 'rxhome/inspector';
import { pause } from '../integrations/until.js';

const SILENT: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** A hub in real time that is shown on a port of its own. */
export class ShownHub implements AsyncDisposable {
  readonly hub: Hub;
  readonly inspector: Inspector;
  readonly errors: HubErrorReport[] = [];
  readonly #feeds: ReadFeed[] = [];

  static async start(options: InspectorOptions = {}): Promise<ShownHub> {
    const hub = new Hub({ logger: SILENT, watchdog: false });
    await hub.start();
    try {
      return new ShownHub(hub, await startInspector(hub, { port: 0, ...options }));
    } catch (error) {
      await hub.stop();
      throw error;
    }
  }

  private constructor(hub: Hub, inspector: Inspector) {
    this.hub = hub;
    this.inspector = inspector;
    hub.errors$.subscribe((report) => this.errors.push(report));
  }

  /** Reads the feed as a page does. */
  async feed(query = '', headers: Record<string, string> = {}): Promise<ReadFeed> {
    const feed = new ReadFeed(`${this.inspector.url}/api/feed${query}`, headers);
    this.#feeds.push(feed);
    await feed.until(() => feed.of('hello').length > 0);
    return feed;
  }

  ask(path: string, options: AskOptions = {}): Promise<Answer> {
    return ask(this.inspector.port, path, options);
  }

  /** As a program of this machine does. */
  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.ask(path, {
      method: 'POST',
      headers: { 'x-rxhome': '1', 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' || body instanceof Buffer ? body : JSON.stringify(body),
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const feed of this.#feeds) feed.end();
    await this.hub.stop();
  }
}

export interface AskOptions extends RequestOptions {
  readonly body?: string | Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly bytes: Buffer;
  /** Of a refusal. */
  readonly code: string | undefined;
  /** Undefined where it is none. Of any type: what it is, is what a spec is about. */
  readonly json: any;
}

export function ask(port: number, path: string, { body, ...options }: AskOptions): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port, path, agent: false, ...options },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const bytes = Buffer.concat(chunks);
          let json: any;
          try {
            json = JSON.parse(bytes.toString());
          } catch {
            json = undefined;
          }
          const { statusCode: status = 0, headers } = response;
          resolve({ status, headers, bytes, code: json?.error?.code, json });
        });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

type Name = keyof FeedMessages;

/** One reader of a feed, with all that he has got. */
export class ReadFeed {
  readonly messages: {
    readonly event: Name;
    readonly data: any; // as `json` above
    readonly id: string | undefined;
  }[] = [];
  readonly rows = new Map<number, Row>();
  isEnded = false;
  readonly #request: ClientRequest;
  #response: IncomingMessage | undefined;
  #text = '';

  constructor(url: string, headers: Record<string, string>) {
    this.#request = get(url, { headers, agent: false }, (response) => {
      this.#response = response;
      response.setEncoding('utf8');
      response.on('data', (text: string) => this.#take(text));
      response.on('close', () => (this.isEnded = true));
    });
    this.#request.on('error', () => (this.isEnded = true));
  }

  of<K extends Name>(event: K): FeedMessages[K][] {
    return this.messages.filter((message) => message.event === event).map(({ data }) => data);
  }

  /** The id with which one would go on from here. */
  get lastId(): string {
    return this.messages.findLast(({ id }) => id !== undefined)?.id ?? '';
  }

  get texts(): string[] {
    return [...this.rows.values()].map(({ text }) => text);
  }

  async row(text: string): Promise<Row> {
    await this.until(() => this.texts.includes(text));
    return [...this.rows.values()].find((row) => row.text === text)!;
  }

  async until(isSo: () => boolean): Promise<void> {
    await until(isSo);
  }

  pause(): void {
    this.#response?.pause();
  }

  resume(): void {
    this.#response?.resume();
  }

  end(): void {
    this.#request.destroy();
  }

  #take(text: string): void {
    this.#text += text;
    const parts = this.#text.split('\n\n');
    this.#text = parts.pop() ?? '';
    for (const part of parts) {
      const field = (name: string): string | undefined =>
        part
          .split('\n')
          .find((line) => line.startsWith(`${name}: `))
          ?.slice(name.length + 2);
      const event = field('event') as Name | undefined;
      if (event === undefined) continue;
      const data = JSON.parse(field('data') ?? 'null');
      this.messages.push({ event, data, id: field('id') });
      if (event === 'rows') for (const packed of data) this.#takeRow(packed);
    }
  }

  #takeRow(packed: any): void {
    if (!isUpdate(packed)) {
      const row = unpackRow(packed);
      this.rows.set(row.id, row);
      return;
    }
    const [, id, status, dur, worker] = packed;
    const row = this.rows.get(id);
    if (row) Object.assign(row, { status: statusOf(status), dur, worker });
  }
}

/** Waits for something that comes by itself, ten seconds at most. */
export async function until(isSo: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1_000 && !isSo(); turn++) await pause(10);
  expect(isSo()).toBe(true);
}
