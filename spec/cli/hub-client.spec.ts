import { describe, expect, it } from '@jest/globals';
import { findHub, firstHub } from '../../src/cli/find-hub.js';
import { follow } from '../../src/cli/follow.js';
import { namedHub, readPort } from '../../src/cli/hub-address.js';
import { type FeedMessage, HubClient } from '../../src/cli/hub-client.js';
import { frame, HELLO, inspector, Somebody } from './inspectors.js';

const silent = (): void => undefined;

async function clientOf(one: Somebody): Promise<HubClient> {
  const found = await HubClient.at(one.url);
  if (found.who !== 'hub') throw new Error(`${found.who} is there`);
  return found.hub;
}

/** What a promise is rejected with: its words and exit code. */
async function endOf(promise: Promise<unknown>): Promise<{ message: string; exitCode: number }> {
  const error = await promise.then(
    () => new Error('It was fulfilled.'),
    (reason: unknown) => reason as Error,
  );
  return { message: error.message, exitCode: (error as { exitCode?: number }).exitCode ?? -1 };
}

describe('where a hub is', () => {
  it('is said by --url, then --port, then RXHOME_URL', () => {
    const env = { RXHOME_URL: 'http://localhost:3/' };
    expect(namedHub({ url: 'http://[::1]:1/x', port: 2 }, env)).toBe('http://[::1]:1');
    expect(namedHub({ port: 2 }, env)).toBe('http://127.0.0.1:2');
    expect(namedHub({}, env)).toBe('http://localhost:3');
    expect(namedHub({}, {})).toBeNull();
    expect(namedHub({}, { RXHOME_URL: '' })).toBeNull();
  });

  it.each([
    'http://192.168.1.5:8128',
    'https://127.0.0.1:8128',
    'http://127.0.0.1.example.com',
    'http://user@example.com',
    'file:///etc',
    '8128',
    'x',
  ])('is on this machine, and so not %s', (url) => {
    const error = expect.objectContaining({ exitCode: 2 });
    expect(() => namedHub({ url }, {})).toThrow(error);
    expect(() => namedHub({}, { RXHOME_URL: url })).toThrow(/RXHOME_URL, got/);
  });

  it.each(['', '0', '65536', '-1', '1.5', '1e3', '0x10', ' 80', 'http'])(
    'is not at the port %j',
    (text) => {
      expect(() => readPort(text)).toThrow(`got \`${text}\``);
    },
  );
});

describe('whoever answers', () => {
  it('is a hub when he says hello as one', async () => {
    await using one = await Somebody.listening(inspector(HELLO));
    expect((await clientOf(one)).hello).toEqual(HELLO);
    expect(one.requests[0]!.headers).toMatchObject({ 'x-rxhome': '1', connection: 'close' });
    expect(one.requests[0]!.headers).not.toHaveProperty('origin');
  });

  it.each([
    ['no JSON', '<html>'],
    ['nothing', ''],
    ['null', 'null'],
    ['a list', '[]'],
    ['no session', '{"protocol":1}'],
    ['a text as protocol', '{"protocol":"1","session":"a"}'],
  ])('is no hub with %s', async (_, text) => {
    await using one = await Somebody.listening((_request, response) => void response.end(text));
    expect(await HubClient.at(one.url)).toEqual({ who: 'other' });
    expect(await endOf(findHub({ port: one.port }, silent, {}))).toEqual({
      message: `What answers at ${one.url} is no hub.`,
      exitCode: 3,
    });
  });

  it('is a hub of another version with another protocol', async () => {
    const hello = { ...HELLO, protocol: 2, version: '9.0\u001b[2J' };
    await using one = await Somebody.listening(inspector(hello));
    expect(await endOf(findHub({ port: one.port }, silent, {}))).toMatchObject({
      message: expect.stringContaining('is rxhome 9.0�[2J, with which this one cannot talk'),
      exitCode: 3,
    });
  });

  it('may be a hub that stands still when he says nothing, also after a beginning', async () => {
    await using one = await Somebody.listening(silent);
    expect(await HubClient.at(one.url, 50)).toEqual({ who: 'silent' });
    expect(await endOf(findHub({ port: one.port }, silent, {}))).toEqual({
      message: `What listens at ${one.url} does not answer: a hub whose event loop stands still, or no hub.`,
      exitCode: 3,
    });
    await using half = await Somebody.listening((_, response) => void response.write('{'));
    expect(await HubClient.at(half.url, 50)).toEqual({ who: 'silent' });
  });

  it('is not silent when it is the one who asks that stands still', async () => {
    await using one = await Somebody.listening((request, response) => {
      inspector(HELLO)(request, response);
      const end = Date.now() + 600;
      while (Date.now() < end); // the time is over before the answer can be read
    });
    expect(await HubClient.at(one.url, 400)).toMatchObject({ who: 'hub' });
  });

  it('is nobody where nobody listens', async () => {
    const one = await Somebody.listening(silent);
    const { port, url } = one;
    await one.close();
    expect(await HubClient.at(url)).toEqual({ who: 'nobody' });
    expect(await endOf(findHub({ port }, silent, {}))).toEqual({
      message: `No hub runs at ${url}. Start one: rxhome start`,
      exitCode: 3,
    });
  });
});

describe('a hub that has to be looked for', () => {
  it('is the first one there is; of the others one is told', async () => {
    const notes: string[] = [];
    const note = (line: string): void => void notes.push(line);
    const gone = await Somebody.listening(silent);
    const nowhere = gone.url;
    await gone.close();
    await using other = await Somebody.listening((_, response) => void response.end());
    await using old = await Somebody.listening(inspector({ ...HELLO, protocol: 9 }));
    await using first = await Somebody.listening(inspector(HELLO));
    await using second = await Somebody.listening(
      inspector({ ...HELLO, pid: 8, label: 'Made up' }),
    );
    const strangers = [nowhere, other.url, old.url];
    const hub = await firstHub([...strangers, first.url, second.url], note);
    expect(hub.url).toBe(first.url);
    expect(notes).toEqual([
      expect.stringContaining(`The hub at ${old.url} is rxhome 0.1.0`),
      `Asking the hub at ${first.url} (process 7). Others: ${second.url} (Made up, process 8) (--port).`,
    ]);

    notes.length = 0;
    expect((await firstHub([nowhere, first.url], note)).url).toBe(first.url);
    expect(notes).toEqual([]); // there is no choice

    expect(await endOf(firstHub(strangers, note))).toEqual({
      message: 'No hub runs here. Start one: rxhome start',
      exitCode: 3,
    });
  });
});

describe('a hub that stands still', () => {
  it('is told of, beside one that answers or alone', async () => {
    const notes: string[] = [];
    const note = (line: string): void => void notes.push(line);
    await using still = await Somebody.listening(silent);
    await using other = await Somebody.listening((_, response) => void response.end());
    await using first = await Somebody.listening(inspector(HELLO));
    expect((await firstHub([still.url, first.url], note)).url).toBe(first.url);
    expect(notes).toEqual([expect.stringContaining(`${still.url} does not answer`)]);
    expect(await endOf(firstHub([other.url, still.url], note))).toMatchObject({
      message: expect.stringContaining(`${still.url} does not answer`),
      exitCode: 3,
    });
    expect(notes).toHaveLength(1);
  });
});

describe('a question', () => {
  it('is answered, or refused with the words and the code of the hub', async () => {
    const refusal = { error: { code: 'SERVICE_NOT_FOUND', message: 'There is none.\u001b' } };
    await using one = await Somebody.listening(
      inspector(HELLO, ({ url, method, headers }, response) => {
        if (url === '/good') response.end(JSON.stringify([method, headers['content-type']]));
        else response.writeHead(404).end(url === '/bad' ? JSON.stringify(refusal) : 'no JSON');
      }),
    );
    const client = await clientOf(one);
    expect(await client.get('/good')).toEqual(['GET', null]);
    expect(await client.post('/good', {})).toEqual(['POST', 'application/json']);
    expect(await endOf(client.get('/bad'))).toEqual({
      message: 'There is none.� (SERVICE_NOT_FOUND)',
      exitCode: 1,
    });
    expect(await endOf(client.get('/worse'))).toEqual({
      message: 'The hub answers with 404.',
      exitCode: 1,
    });
  });

  it.each([
    ['INVALID_PATTERN', 2],
    ['INVALID_EVENT_TYPE', 2],
    ['NO_JSON', 2],
    ['TOO_LARGE', 2],
    ['SERVICE_VALIDATION', 1],
    ['SHUTTING_DOWN', 1],
  ])('that is refused with %s ends with %i', async (code, exitCode) => {
    await using one = await Somebody.listening(
      inspector(HELLO, (_, response) => {
        response.writeHead(400).end(JSON.stringify({ error: { code, message: 'No.' } }));
      }),
    );
    const client = await clientOf(one);
    expect(await endOf(client.get('/'))).toEqual({ message: `No. (${code})`, exitCode });
  });

  it('ends with 3 when the answer cannot be understood', async () => {
    await using one = await Somebody.listening(
      inspector(HELLO, (_, response) => void response.end('<html>')),
    );
    const client = await clientOf(one);
    expect(await endOf(client.get('/'))).toEqual({
      message: `What the hub at ${one.url} answers cannot be understood.`,
      exitCode: 3,
    });
  });

  it('ends with 3 when the hub goes before it has answered, or in the middle', async () => {
    await using one = await Somebody.listening(
      inspector(HELLO, ({ url }, response) => {
        if (url === '/middle') response.writeHead(200, { 'content-length': 9 }).write('[1');
        setTimeout(() => response.destroy(), 20);
      }),
    );
    const client = await clientOf(one);
    for (const path of ['/before', '/middle'])
      expect(await endOf(client.get(path))).toMatchObject({
        message: expect.stringContaining(`The hub at ${one.url} does not answer any more`),
        exitCode: 3,
      });
  });
});

describe('a feed', () => {
  const collect = async (feed: AsyncIterable<FeedMessage>): Promise<unknown[]> => {
    const got: unknown[] = [];
    for await (const { event, data } of feed) got.push([event, data]);
    return got;
  };

  it('ends with the connection, and at once with its signal', async () => {
    await using one = await Somebody.listening(
      inspector(HELLO, (request, response) => {
        response.write(frame('stat', 1) + frame('stat', 2));
        if (request.headers['last-event-id'] === 'one:5') response.end();
      }),
    );
    const client = await clientOf(one);
    const { signal } = new AbortController();
    expect(await collect(client.feed(signal, 'one:5'))).toEqual([
      ['stat', 1],
      ['stat', 2],
    ]);
    const ended = new AbortController();
    const first = [];
    for await (const { data } of client.feed(ended.signal)) {
      first.push(data);
      if (first.length === 2) ended.abort();
    }
    expect(first).toEqual([1, 2]);
  });

  it('goes on over a restart, behind what came last', async () => {
    const notes: string[] = [];
    const lastIds: unknown[] = [];
    const answer = inspector(HELLO, ({ headers }, response) => {
      lastIds.push(headers['last-event-id']);
      response.end(frame('rows', [lastIds.length], `one:${lastIds.length}`));
    });
    await using one = await Somebody.listening(answer);
    const client = await clientOf(one);
    const ended = new AbortController();
    const got: unknown[] = [];
    const note = (line: string): void => void notes.push(line);
    for await (const { data } of follow(client, { signal: ended.signal, once: false, note })) {
      got.push(data);
      if (got.length === 3) ended.abort();
    }
    expect(got).toEqual([[1], [2], [3]]);
    expect(lastIds).toEqual([undefined, 'one:1', 'one:2']);
    expect(notes[0]).toBe(`The hub at ${one.url} is gone. Waiting for it; Ctrl+C ends.`);
    expect(notes[1]).toBe('It is there again.');
  });

  it('waits for a hub that is away, until it is ended', async () => {
    const one = await Somebody.listening(inspector(HELLO, (_, response) => void response.end()));
    const client = await clientOf(one);
    await one.close();
    const ended = new AbortController();
    const feed = follow(client, { signal: ended.signal, once: false, note: silent });
    const next = feed.next();
    setTimeout(() => ended.abort(), 50);
    expect(await next).toEqual({ done: true, value: undefined });
  });

  it('ends with the hub when it is followed once: well after a goodbye, else with 3', async () => {
    let goodbye = '';
    await using one = await Somebody.listening(
      inspector(HELLO, (_, response) => void response.end(frame('stat', 1) + goodbye)),
    );
    const client = await clientOf(one);
    const { signal } = new AbortController();
    const options = { signal, once: true, note: silent };
    expect(await endOf(collect(follow(client, options)))).toEqual({
      message: `The hub at ${one.url} is gone.`,
      exitCode: 3,
    });
    goodbye = frame('bye', { at: 1 });
    expect(await collect(follow(client, options))).toHaveLength(2);
  });

  it('ends with 3 when it is no feed, instead of asking again for ever', async () => {
    await using one = await Somebody.listening(
      inspector(HELLO, (_, response) => void response.write('event: rows\ndata: {\n\n')),
    );
    const client = await clientOf(one);
    const { signal } = new AbortController();
    const following = collect(follow(client, { signal, once: false, note: silent }));
    expect(await endOf(following)).toEqual({
      message: `What the hub at ${one.url} answers cannot be understood.`,
      exitCode: 3,
    });
  });

  it('ends with 3 when the hub comes back in a version with which one cannot talk', async () => {
    let hello = HELLO;
    await using one = await Somebody.listening((request, response) => {
      inspector(hello, () => {
        hello = { ...HELLO, protocol: 2, version: '9.0' };
        response.end(frame('stat', 1));
      })(request, response);
    });
    const client = await clientOf(one);
    const { signal } = new AbortController();
    const following = collect(follow(client, { signal, once: false, note: silent }));
    expect(await endOf(following)).toMatchObject({
      message: expect.stringContaining('is rxhome 9.0, with which this one cannot talk'),
      exitCode: 3,
    });
  });

  it('does not wait for a hub that refuses', async () => {
    await using one = await Somebody.listening(
      inspector(HELLO, (_, response) => void response.writeHead(429).end()),
    );
    const client = await clientOf(one);
    const { signal } = new AbortController();
    const following = collect(follow(client, { signal, once: false, note: silent }));
    expect(await endOf(following)).toMatchObject({ exitCode: 1 });
  });
});
