import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Hub } from 'rxhome';
import type { Actions } from './actions.js';
import { send, sendError, sendJson, setSafeHeaders } from './answers.js';
import { chainText } from './chain-text.js';
import { checkSender, checkSite } from './guard.js';
import type { LiveFeed } from './live-feed.js';
import { pageFiles } from './page-files.js';
import { plainValue, WHOLE } from './plain-value.js';
import { Refused } from './refusal.js';
import { readBody } from './request-body.js';
import { heldRows, taskRows } from './snapshot-rows.js';
import { type Hello, MOST_STATES } from './wire.js';

const MAX_URL = 2_048;
const MAX_SUBJECT = 300;

/** What the inspector answers with. */
export interface RoutesHost {
  readonly hub: Hub;
  readonly actions: Actions;
  readonly feed: LiveFeed;
  readonly hello: () => Omit<Hello, 'resumed'>;
  /** Takes what the inspector itself fails with. */
  readonly onError: (error: unknown) => void;
}

type Asked = { readonly path: string; readonly query: URLSearchParams };
type Answer = (host: RoutesHost, asked: Asked) => unknown;

const GETS: Readonly<Record<string, Answer>> = {
  '/api/hello': ({ hello }) => ({ ...hello(), resumed: false }),
  '/api/snapshot': ({ hub }) => plainValue(hub.snapshot(), WHOLE).data,
  '/api/states': ({ hub }, { query }) => statesOf(hub, query.get('pattern') ?? '*'),
  '/api/held': ({ hub, feed }, { query }) =>
    heldRows(hub.snapshot(), feed.calls).filter(({ leaked }) => leaked || !query.has('leaked')),
  '/api/tasks': ({ hub }) => taskRows(hub.snapshot()),
};
const POSTS: Readonly<
  Record<string, (host: RoutesHost, body: Readonly<Record<string, unknown>>) => unknown>
> = {
  '/api/call': ({ actions }, body) => actions.call(body),
  '/api/fire': ({ actions }, body) => actions.fire(body),
  '/api/press': ({ actions }, body) => actions.press(body),
  '/api/marbles': ({ feed }, body) => chainText(body, feed.payloads),
};

/** Answers one request, whatever it is. */
export async function answer(
  host: RoutesHost,
  request: IncomingMessage,
  response: ServerResponse,
  port: number,
): Promise<void> {
  try {
    setSafeHeaders(response);
    checkSender(request, port);
    const asked = askedOf(request);
    const { path } = asked;
    const isPost = Object.hasOwn(POSTS, path);
    const method = isPost ? 'POST' : 'GET';
    if (request.method !== method)
      throw new Refused(405, 'WRONG_METHOD', `Expected ${method}.`, { allow: method });
    if (!path.startsWith('/api/')) {
      await sendPage(response, path, request);
      return;
    }
    checkSite(request);
    if (path === '/api/feed') host.feed.add(request, response, asked.query);
    else if (isPost) sendJson(response, await POSTS[path]?.(host, await readBody(request)));
    else sendJson(response, get(host, asked));
  } catch (error) {
    if (!(error instanceof Refused)) host.onError(error);
    sendError(response, error);
  }
}

/** @throws Refused */
function askedOf({ url = '/' }: IncomingMessage): Asked {
  if (url.length > MAX_URL)
    throw new Refused(414, 'URL_TOO_LONG', `Expected up to ${MAX_URL} characters.`);
  try {
    // The path is looked up as it is: `..` and the like lead nowhere.
    const [, path = '/', query = ''] = /^([^?]*)\??(.*)$/s.exec(url) ?? [];
    return { path: decodeURIComponent(path), query: new URLSearchParams(query) };
  } catch {
    throw new Refused(400, 'INVALID_URL', 'Expected a URL in UTF-8.');
  }
}

function get(host: RoutesHost, asked: Asked): unknown {
  const { path } = asked;
  if (Object.hasOwn(GETS, path)) return GETS[path]?.(host, asked);
  const [, kind, subject = ''] = /^\/api\/(rows|why)\/(.*)$/s.exec(path) ?? [];
  if (kind === 'why') return host.hub.why(subjectIn(subject));
  if (kind !== 'rows')
    throw new Refused(404, 'NO_SUCH_PAGE', 'There is nothing under this address.');
  if (!/^-?\d{1,15}$/.test(subject))
    throw new Refused(400, 'INVALID_ROW', 'Expected the number of a row.');
  const id = Number(subject);
  const note = 'This row is too old: only what the newest were about is kept.';
  const gone = { id, data: null, isCut: false, note, context: null, stack: null, where: null };
  return host.feed.payloads.of(id) ?? gone;
}

/** @throws Refused */
function subjectIn(subject: string): string {
  if (subject !== '' && subject.length <= MAX_SUBJECT) return subject;
  throw new Refused(
    400,
    'INVALID_SUBJECT',
    `Expected an entity like \`light.hall\`, or the id of a context, of 1 to ${MAX_SUBJECT} characters.`,
  );
}

/** States of the entities that `light.*` names; `?` is one character. */
function statesOf(hub: Hub, pattern: string): unknown[] {
  if (pattern.length > 255 || pattern.split('*').length > 9)
    throw new Refused(
      400,
      'INVALID_PATTERN',
      'Expected a pattern like `light.*`, of up to 8 stars.',
    );
  const words = pattern
    .replace(/[\\^$.+()[\]{}|/]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const matches = new RegExp(`^${words}$`, 'isu');
  return hub.states
    .all()
    .filter(({ entityId }) => matches.test(entityId))
    .slice(0, MOST_STATES)
    .map((state) => plainValue(state).data);
}

async function sendPage(
  response: ServerResponse,
  path: string,
  { headers }: IncomingMessage,
): Promise<void> {
  const name = path === '/' ? 'index.html' : /^\/assets\/([\w.-]+)$/.exec(path)?.[1];
  if (name === undefined)
    throw new Refused(404, 'NO_SUCH_PAGE', 'There is nothing under this address.');
  let files;
  try {
    files = await pageFiles();
  } catch (error) {
    const body = Buffer.from(
      `The page of the inspector is not built (${(error as Error).message}).\nRun: npm run build\n`,
    );
    send(response, 503, 'text/plain; charset=utf-8', body);
    return;
  }
  const file = files.get(name);
  if (!file) throw new Refused(404, 'NO_SUCH_PAGE', 'There is nothing under this address.');
  const { type, bytes, zipped } = file;
  const zips = /\bgzip\b/.test(headers['accept-encoding'] ?? '');
  const more = { vary: 'accept-encoding', ...(zips && { 'content-encoding': 'gzip' }) };
  send(response, 200, type, zips ? zipped : bytes, more);
}
