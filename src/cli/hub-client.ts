import type { IncomingMessage } from 'node:http';
import { delay, timer } from 'rxjs';
import { type FeedMessages, type Hello, PROTOCOL, type Refusal } from 'rxhome/inspector';
import { exchange, type ExchangeOptions, textOf } from './exchange.js';
import { Ending, EXIT } from './exit-codes.js';
import { plain } from './plain-text.js';
import { ServerSentEvents } from './server-sent.js';

/** A message of the feed: its name, and what that name says of its data. */
export type FeedMessage = {
  readonly [K in keyof FeedMessages]: {
    readonly event: K;
    readonly data: FeedMessages[K];
    readonly id: string;
  };
}[keyof FeedMessages];

/**
 * Who is at an address. `other`: somebody who is no hub. `silent`: somebody who does not answer, as a
 * hub does whose loop stands still. `old`: a hub with which we cannot talk.
 */
export type Found =
  | { readonly who: 'hub'; readonly hub: HubClient }
  | { readonly who: 'nobody' | 'other' | 'silent' }
  | { readonly who: 'old'; readonly version: string };

/** A feed sends a `stat` four times a second: longer silence means that nobody is there. */
const FEED_SILENCE_MS = 15_000;
const DAY_MS = 86_400_000;
/** Refusals for which the words of the command are to blame, and nothing in the hub. */
const WRONG_WORDS = /^(INVALID_.+|NO_JSON|TOO_LARGE)$/;

/** The hub was there, and is not any more. */
export class HubGone extends Ending {}

/** A running hub, as its inspector shows it on loopback. */
export class HubClient {
  readonly url: string;
  readonly hello: Hello;

  /** Who listens there. Rejects never; who says nothing for so long is `silent`. */
  static async at(url: string, timeoutMs = 2_000): Promise<Found> {
    const silence = new AbortController();
    // In two steps: a timer that is late fires before sockets are read. If it was us who stood still, his
    // answer lies there, and is read before the second one.
    const half = timeoutMs / 2;
    const waiting = timer(half)
      .pipe(delay(half))
      .subscribe(() => silence.abort());
    const { signal } = silence;
    let hello: Partial<Hello> | null;
    try {
      const answer = await exchange(`${url}/api/hello`, { signal });
      hello = JSON.parse(await textOf(answer)) as Partial<Hello> | null;
    } catch (error) {
      if (signal.aborted) return { who: 'silent' };
      return { who: (error as NodeJS.ErrnoException).code === 'ECONNREFUSED' ? 'nobody' : 'other' };
    } finally {
      waiting.unsubscribe();
    }
    if (typeof hello?.protocol !== 'number' || typeof hello.session !== 'string')
      return { who: 'other' };
    if (hello.protocol !== PROTOCOL) return { who: 'old', version: plain(hello.version) };
    return { who: 'hub', hub: new HubClient(url, hello as Hello) };
  }

  private constructor(url: string, hello: Hello) {
    this.url = url;
    this.hello = hello;
  }

  /** @throws Ending (as a rejection) when the hub refuses, HubGone when it is not there any more. */
  get(path: string): Promise<unknown> {
    return this.#ask(path, {});
  }

  /** Waits for the answer for as long as the hub takes. @throws like `get`. */
  post(path: string, body: unknown): Promise<unknown> {
    return this.#ask(path, { body, silenceMs: DAY_MS });
  }

  /**
   * What happens from now on; `lastId` goes on behind that message. Ends when the signal is
   * aborted, and when the connection ends, however it does.
   *
   * @throws Ending when the hub refuses (at the first step) or sends what is no feed, HubGone when it is not there.
   */
  async *feed(signal: AbortSignal, lastId = ''): AsyncGenerator<FeedMessage, void> {
    const answer = await this.#open('/api/feed', {
      signal,
      silenceMs: FEED_SILENCE_MS,
      ...(lastId !== '' && { headers: { 'last-event-id': lastId } }),
    });
    const events = new ServerSentEvents();
    answer.setEncoding('utf8');
    try {
      for await (const piece of answer as AsyncIterable<string>)
        for (const { event, data, id } of events.add(piece))
          yield { event, data: JSON.parse(data) as unknown, id } as FeedMessage;
    } catch (error) {
      if (error instanceof SyntaxError || error instanceof RangeError) throw this.#strange();
      // The connection broke, or was ended by us: there is nothing more to tell.
    } finally {
      answer.destroy();
    }
  }

  async #ask(path: string, options: ExchangeOptions): Promise<unknown> {
    const text = await textOf(await this.#open(path, options)).catch((cause: unknown) => {
      throw this.#gone(cause);
    });
    try {
      return JSON.parse(text) as unknown;
    } catch {
      throw this.#strange();
    }
  }

  async #open(path: string, options: ExchangeOptions): Promise<IncomingMessage> {
    const answer = await exchange(this.url + path, options).catch((cause: unknown) => {
      throw this.#gone(cause);
    });
    if (answer.statusCode === 200) return answer;
    const refusal = await textOf(answer)
      .then((text) => (JSON.parse(text) as Partial<Refusal>).error)
      .catch(() => undefined);
    const code = refusal ? ` (${plain(refusal.code)})` : '';
    const words = plain(refusal?.message ?? `The hub answers with ${answer.statusCode ?? '?'}.`);
    const isWrong = WRONG_WORDS.test(refusal?.code ?? '');
    throw new Ending(words + code, isWrong ? EXIT.unusable : EXIT.no);
  }

  #gone(cause: unknown): HubGone {
    const reason = plain((cause as Error).message);
    return new HubGone(`The hub at ${this.url} does not answer any more: ${reason}`, EXIT.noHub);
  }

  #strange(): Ending {
    return new Ending(`What the hub at ${this.url} answers cannot be understood.`, EXIT.noHub);
  }
}
