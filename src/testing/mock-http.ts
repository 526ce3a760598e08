import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';
import type { Hub } from '../hub-api/hub.js';
import { httpOf } from '../http/hub-http.js';
import type { OutgoingRequest } from '../http/transport.js';
import { type Unsubscribe, unsubscribe } from '../ownership/unsubscribe.js';
import { UnmockedRequestError } from './testing-errors.js';

/** A request that was made. */
export interface MockedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed if it is JSON; `undefined` if there is none. */
  readonly body: unknown;
}

/**
 * What a route answers: JSON; a `Response`; an error, as if the network had failed; or a function
 * that gives one of these, and may take its time.
 */
export type MockRoute =
  | Response
  | Error
  | Readonly<Record<string, unknown>>
  | readonly unknown[]
  | ((request: MockedRequest) => unknown);

export interface MockHttp extends Disposable {
  /** Every request, oldest first. */
  readonly requests: readonly MockedRequest[];
  /** Adds routes, or puts others in their place. */
  route(routes: Readonly<Record<string, MockRoute>>): void;
  /** Lets requests through to the network again. */
  readonly stop: Unsubscribe;
}

/**
 * Answers the requests of `hub.http` and of all sessions of the hub. A route is a method and a URL,
 * with or without its query: `'GET http://device/api'`. What no route answers is an error that says
 * so; nothing goes out to the network.
 *
 *     const http = mockHttp(hub, { 'GET http://meter/power': { watts: 230 } });
 *
 * @throws InvalidOptionError for a route that is none.
 */
export function mockHttp(hub: Hub, routes: Readonly<Record<string, MockRoute>> = {}): MockHttp {
  const shared = httpOf(hub.scope);
  const known = new Map<string, MockRoute>();
  const requests: MockedRequest[] = [];
  const route = (more: Readonly<Record<string, MockRoute>>): void => {
    for (const [name, answer] of Object.entries(more)) known.set(routeName(name), answer);
  };
  const intercept = async (url: URL, sent: OutgoingRequest): Promise<Response> => {
    const request = await seen(url, sent);
    requests.push(request);
    const { method } = sent;
    const answer =
      known.get(`${method} ${url.href}`) ?? known.get(`${method} ${url.origin}${url.pathname}`);
    if (answer === undefined)
      throw new UnmockedRequestError(
        `No route answers \`${method} ${url.href}\`. There are: ${[...known.keys()].join(', ') || 'none'}.`,
      );
    return responseOf(typeof answer === 'function' ? await answer(request) : answer);
  };
  route(routes);
  shared.intercept = intercept;
  const stop = unsubscribe(() => {
    if (shared.intercept === intercept) shared.intercept = null;
  });
  return { requests, route, stop, [Symbol.dispose]: stop };
}

function routeName(name: string): string {
  const [method = '', url = '', ...rest] = name.split(' ');
  if (/^[A-Z]+$/.test(method) && URL.canParse(url) && rest.length === 0)
    return `${method} ${new URL(url).href}`;
  throw new InvalidOptionError(
    `Expected a route like \`GET http://device/api\`, got ${quote(name)}.`,
  );
}

function responseOf(answer: unknown): Response {
  if (answer instanceof Error) throw answer;
  return answer instanceof Response ? answer.clone() : Response.json(answer);
}

async function seen(url: URL, { method, headers, body }: OutgoingRequest): Promise<MockedRequest> {
  const text = body == null ? undefined : await new Response(body).text();
  return {
    method,
    url: url.href,
    headers: Object.fromEntries(headers),
    body: text === undefined ? undefined : parsed(text),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
