import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import {
  createHttpSession,
  ensureOk,
  Hub,
  HttpRequestError,
  HttpResponseError,
  HttpStatusError,
  InvalidOptionError,
  ScopeClosedError,
  sleep,
  TimeoutError,
} from 'rxhome';
import { createTestHub, expectNoLeaks, type TestHub } from 'rxhome/testing';
import { z } from 'zod';
import { httpOf } from '../../src/http/hub-http.js';
import { until as realUntil } from '../integrations/until.js';
import { bodyOf, json, TestServer } from './server.js';

const until = async (hub: TestHub, isTrue: () => boolean): Promise<void> => {
  for (let i = 0; i < 200 && !isTrue(); i++) await hub.clock!.advanceUntil(isTrue, { maxMs: '1h' });
};

describe('hub.http', () => {
  it('gets and posts JSON, over sockets that are kept', async () => {
    const server = await TestServer.start((request, response) => {
      if (request.method === 'GET') json(response, { path: request.url });
      else void bodyOf(request).then((body) => json(response, { got: body }));
    });
    const hub = createTestHub();
    for (let i = 0; i < 5; i++)
      expect(await hub.http.getJson(`${server.url}/a?i=${i}`)).toEqual({ path: `/a?i=${i}` });
    const answer = await hub.http.postJson<{ got: string }>(server.url, { on: true });
    expect(answer).toEqual({ got: '{"on":true}' });
    const { headers } = server.requests.at(-1)!;
    expect([headers['content-type'], headers.accept]).toEqual([
      'application/json',
      'application/json',
    ]);
    // One that has just answered rests for a turn, so at most two take turns.
    expect(server.sockets).toBeLessThanOrEqual(2);
    await hub.stop();
    expectNoLeaks(hub);
    expect(hub.snapshot().io).toEqual({ storage: 0, http: 0 });
  });

  it('has a body for an empty answer only where there may be none', async () => {
    const server = await TestServer.start((_, response) => response.writeHead(204).end());
    const hub = createTestHub();
    expect(await hub.http.postJson(server.url, undefined)).toBeUndefined();
    expect(server.requests[0]!.headers['content-type']).toBeUndefined();
    await expect(hub.http.getJson(server.url)).rejects.toThrow('answered nothing, not even JSON');
  });

  it('opens at most ten sockets to a server', async () => {
    const server = await TestServer.start((_, response) => setTimeout(() => json(response, 1), 5));
    const hub = createTestHub({ time: 'real' });
    await Promise.all(Array.from({ length: 40 }, () => hub.http.getJson(server.url)));
    expect([server.requests.length, server.sockets]).toEqual([40, 10]);
    await hub.stop();
  });

  it('makes an error of a status, with an excerpt and without credentials', async () => {
    const server = await TestServer.start((_, response) => {
      response.writeHead(503, 'Busy').end(`try \n later ${'x'.repeat(5_000)}`);
    });
    const hub = createTestHub();
    const url = server.url.replace('//', '//me:secret@');
    const error = await hub.http
      .getJson(`${url}/a?token=abc&n=1`)
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(HttpStatusError);
    expect(error).toMatchObject({ code: 'HTTP_STATUS', status: 503 });
    const { message, url: shown, excerpt } = error as HttpStatusError;
    expect(shown).toBe(`${server.url}/a?token=***&n=1`);
    expect(message).toContain(`GET ${shown} answered 503 Busy: try later xxx`);
    expect(excerpt.length).toBeLessThan(250);
    expect(server.requests[0]!.headers.authorization).toBe('Basic bWU6c2VjcmV0');
    const response = await hub.http.fetch(server.url);
    expect(response.status).toBe(503);
    await expect(ensureOk(response)).rejects.toThrow(`${server.url}/ answered 503 Busy: try later`);
  });

  it('gives a good response back from ensureOk', async () => {
    const server = await TestServer.start((_, response) => response.end('fine'));
    const hub = createTestHub();
    const response = await ensureOk(await hub.http.fetch(server.url));
    expect(await response.text()).toBe('fine');
  });

  it('does not wait for ever for the excerpt of an error', async () => {
    const server = await TestServer.start((_, response) => {
      response.writeHead(500).write('begin');
    });
    const hub = createTestHub();
    const asked = hub.http.getJson(server.url).catch((error: unknown) => error);
    await hub.advance('2s');
    expect(await asked).toMatchObject({ status: 500, excerpt: 'begin' });
  });

  it('names what cannot be reached, and keeps the cause', async () => {
    const server = await TestServer.start(() => undefined);
    const { url } = server;
    await server.close();
    const hub = createTestHub();
    const asked = hub.http.postJson(`${url}/api`, {});
    await expect(asked).rejects.toThrow(`POST ${url}/api failed: connect ECONNREFUSED`);
    const error = await asked.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(HttpRequestError);
    expect((error as Error).cause).toBeInstanceOf(Error);
  });

  it('names a server that breaks off, before the answer or in the middle', async () => {
    const server = await TestServer.start((request, response) => {
      if (request.url === '/middle') response.write('[1, 2');
      setImmediate(() => request.socket.destroy());
    });
    const hub = createTestHub({ time: 'real' });
    await expect(hub.http.getJson(`${server.url}/a`)).rejects.toThrow(HttpRequestError);
    const middle = hub.http.getJson(`${server.url}/middle`);
    await expect(middle).rejects.toThrow(`GET ${server.url}/middle failed: `);
    await hub.stop();
  });

  it('names an answer that is no JSON', async () => {
    const server = await TestServer.start((_, response) => response.end('<html>Log in</html>'));
    const hub = createTestHub();
    const asked = hub.http.getJson(server.url);
    await expect(asked).rejects.toThrow('with something else than JSON: <html>Log in</html>');
    await expect(asked).rejects.toThrow(HttpResponseError);
  });

  it('reads JSON in pieces, packed, with a mark at its beginning', async () => {
    const data = { text: 'Küche 🏠 '.repeat(1_000) };
    const server = await TestServer.start((request, response) => {
      const bytes = Buffer.from(`\uFEFF${JSON.stringify(data)}`);
      if (request.url === '/gzip')
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(bytes));
      else for (let i = 0; i <= bytes.length; i += 7) response.write(bytes.subarray(i, i + 7));
      response.end();
    });
    const hub = createTestHub();
    expect(await hub.http.getJson(server.url)).toEqual(data);
    expect(await hub.http.getJson(`${server.url}/gzip`)).toEqual(data);
  });

  it('refuses an answer that is too long, also when it is small while packed', async () => {
    const server = await TestServer.start((request, response) => {
      const body = JSON.stringify('x'.repeat(2_000_000));
      if (request.url === '/gzip') response.setHeader('content-encoding', 'gzip');
      response.end(request.url === '/gzip' ? gzipSync(body) : body);
    });
    const hub = createTestHub();
    const options = { maxBytes: 1_000_000 };
    for (const path of ['', '/gzip'])
      await expect(hub.http.getJson(server.url + path, options)).rejects.toThrow(
        'answered with more than 1000000 bytes',
      );
    expect(await hub.http.getJson(server.url)).toHaveLength(2_000_000);
  });

  it('has a limit of ten million bytes', async () => {
    const server = await TestServer.start((_, response) => {
      response.end(JSON.stringify('x'.repeat(10_000_000)));
    });
    const hub = createTestHub();
    await expect(hub.http.getJson(server.url)).rejects.toThrow(HttpResponseError);
  });

  it('checks the answer with a schema, and gives what that makes of it', async () => {
    const server = await TestServer.start((_, response) => json(response, { power: '12' }));
    const hub = createTestHub();
    const good = z.object({ power: z.coerce.number() });
    const reading = await hub.http.getJson(server.url, { schema: good });
    expect(reading.power + 1).toBe(13);
    const bad = z.object({ power: z.number() });
    await expect(hub.http.getJson(server.url, { schema: bad })).rejects.toThrow(
      'with data that was not expected: `power`: ',
    );
  });

  it('follows redirects, but not for ever', async () => {
    const server = await TestServer.start((request, response) => {
      if (request.url === '/end') json(response, 'there');
      else if (request.url === '/a') response.writeHead(302, { location: '/end' }).end();
      else response.writeHead(302, { location: request.url }).end();
    });
    const hub = createTestHub();
    expect(await hub.http.getJson(`${server.url}/a`)).toBe('there');
    await expect(hub.http.getJson(`${server.url}/loop`)).rejects.toThrow(
      `GET ${server.url}/loop failed: redirect count exceeded`,
    );
    expect(server.requests.length).toBeLessThan(30);
    expect(hub.snapshot().io.http).toBe(0);
  });

  it('sends a form of Node as a form', async () => {
    const server = await TestServer.start((request, response) => {
      void bodyOf(request).then((body) => response.end(body));
    });
    const hub = createTestHub();
    const body = new FormData();
    body.set('name', 'hall');
    const response = await hub.http.fetch(server.url, { method: 'post', body });
    expect(await response.text()).toContain('name="name"\r\n\r\nhall');
    expect(server.requests[0]!.headers['content-type']).toMatch(/^multipart\/form-data; boundary/);
  });

  it.each(['device/api', 'ftp://x/', 'data:text/plain,x', '', 'http://'])(
    'refuses the URL %j',
    async (url) => {
      const hub = new Hub();
      await expect(hub.http.getJson(url)).rejects.toThrow(InvalidOptionError);
      await expect(hub.http.fetch(url)).rejects.toThrow(InvalidOptionError);
    },
  );

  it('refuses options that are none', async () => {
    const { http } = new Hub();
    const url = 'http://127.0.0.1:1';
    await expect(http.fetch(url, { timeoutMs: 0 })).rejects.toThrow('as `timeoutMs`');
    await expect(http.getJson(url, { timeoutMs: NaN })).rejects.toThrow('as `timeoutMs`');
    await expect(http.getJson(url, { maxBytes: -1 })).rejects.toThrow('as `maxBytes`');
    for (const body of [() => 1, 1n, Promise.resolve()])
      await expect(http.postJson(url, body)).rejects.toThrow(InvalidOptionError);
  });
});

describe('a server that hangs', () => {
  it('is given up after ten seconds of virtual time', async () => {
    const server = await TestServer.start(() => undefined);
    const hub = createTestHub();
    const asked = hub.http.getJson(`${server.url}/a`).catch((error: unknown) => error);
    const fetched = hub.http.fetch(server.url).catch((error: unknown) => error);
    await hub.advance('9s');
    expect([server.requests.length, hub.snapshot().io.http]).toEqual([2, 2]);
    await hub.advance('1s');
    expect(await asked).toBeInstanceOf(TimeoutError);
    expect((await asked) as Error).toHaveProperty(
      'message',
      `GET ${server.url}/a took longer than 10000 ms.`,
    );
    expect(await fetched).toBeInstanceOf(TimeoutError);
    await hub.advance(0);
    expect(hub.snapshot().io.http).toBe(0);
  });

  it('is given up in the middle of JSON, but not of a stream', async () => {
    const server = await TestServer.start((_, response) => {
      response.write('[1');
    });
    const hub = createTestHub();
    const asked = hub.http.getJson(server.url, { timeoutMs: 500 }).catch((error: unknown) => error);
    const response = await hub.http.fetch(server.url, { timeoutMs: 500 });
    const reader = response.body!.getReader();
    await reader.read();
    const more = reader.read();
    await hub.advance('1h');
    expect(await asked).toBeInstanceOf(TimeoutError);
    const abort = await Promise.race([more, Promise.resolve('still open')]);
    expect(abort).toBe('still open');
    const left = more.catch((error: unknown) => error);
    await hub.stop();
    expect(await left).toBeInstanceOf(ScopeClosedError);
  });

  it('does not keep the hub from stopping', async () => {
    const server = await TestServer.start(() => undefined);
    const hub = createTestHub();
    await hub.start();
    const asked = hub.http.getJson(server.url, { timeoutMs: Infinity });
    const ended = asked.catch((error: unknown) => error);
    await hub.advance(0);
    await hub.stop();
    expect(await ended).toBeInstanceOf(ScopeClosedError);
    expectNoLeaks(hub);
    expect(hub.errors).toEqual([]);
  });
});

describe('who asked', () => {
  it('ends a request with its signal’s own reason, in every phase', async () => {
    const server = await TestServer.start((request, response) => {
      if (request.url === '/body') response.write('[');
    });
    const hub = createTestHub();
    for (const path of ['/early', '/headers', '/body']) {
      const abort = new AbortController();
      const reason = { path };
      if (path === '/early') abort.abort(reason);
      const options = { signal: abort.signal };
      const asked = hub.http.getJson(server.url + path, options).catch((error: unknown) => error);
      await hub.advance(0);
      abort.abort(reason);
      expect(await asked).toBe(reason);
      const fetched = hub.http.fetch(server.url + path, options).catch((error: unknown) => error);
      expect(await fetched).toBe(reason);
    }
    await hub.advance(0);
    expect(server.requests.map(({ url }) => url)).toEqual(['/headers', '/body']);
    expect(hub.snapshot().io.http).toBe(0);
    expect(hub.errors).toEqual([]);
  });

  it('loses what is under way when it is unloaded, bodies included, and can ask no more', async () => {
    const server = await TestServer.start((request, response) => {
      if (request.url === '/body') response.write('part');
    });
    const hub = createTestHub();
    const scope = hub.scope.child('lamp');
    const { http } = hub.scoped(scope);
    const ends: unknown[] = [];
    const keep = (work: Promise<unknown>): void =>
      void work.catch((error: unknown) => ends.push(error));
    keep(http.getJson(`${server.url}/headers`));
    keep(http.postJson(`${server.url}/headers`, {}));
    keep((await http.fetch(`${server.url}/body`)).text());
    await hub.advance(0);
    const other = hub.http.fetch(`${server.url}/headers`).catch((error: unknown) => error);
    await scope.close();
    await hub.advance(0);
    expect(ends).toHaveLength(3);
    for (const end of ends) expect(end).toBeInstanceOf(ScopeClosedError);
    await until(hub, () => server.cutOff === 3);
    expect(server.cutOff).toBe(3);
    await expect(http.getJson(server.url)).rejects.toThrow(ScopeClosedError);
    await expect(http.postJson(server.url, 1)).rejects.toThrow(ScopeClosedError);
    await expect(http.fetch(server.url)).rejects.toThrow(ScopeClosedError);
    await hub.stop();
    expect(await other).toBeInstanceOf(ScopeClosedError);
    expect(hub.errors).toEqual([]);
  });

  it('leaves nothing on its signals', async () => {
    const server = await TestServer.start((_, response) => json(response, 1));
    const hub = createTestHub();
    const { signal } = new AbortController();
    let listeners = 0;
    const { addEventListener: add, removeEventListener: remove } = signal;
    signal.addEventListener = (...args: never[]) => {
      listeners++;
      add.apply(signal, args as never);
    };
    signal.removeEventListener = (...args: never[]) => {
      listeners--;
      remove.apply(signal, args as never);
    };
    for (let i = 0; i < 3; i++) {
      await hub.http.getJson(server.url, { signal });
      await (await hub.http.fetch(server.url, { signal })).text();
      await hub.http.getJson('http://127.0.0.1:1', { signal }).catch(() => undefined);
    }
    await hub.advance(0);
    expect(listeners).toBe(0);
    expect(hub.clock!.pendingTimers).toEqual([]);
  });

  it('hears of a failure that it does not await as a report', async () => {
    const server = await TestServer.start((_, response) => response.writeHead(500).end());
    const hub = createTestHub();
    const { http } = hub.scoped(hub.scope.child('lamp'));
    void http.postJson(server.url, {});
    const late = http.getJson('http://nowhere.invalid:99999');
    await hub.advance('1s');
    expect(hub.errors.map(({ source, owner, name }) => [source, owner, name])).toEqual([
      ['http', 'lamp', 'http.getJson'],
      ['http', 'lamp', 'http.postJson'],
    ]);
    await expect(late).rejects.toThrow(InvalidOptionError);
  });
});

describe('a request that nobody awaits', () => {
  it('and that was told to end is no failure', async () => {
    const server = await TestServer.start(() => undefined);
    const hub = createTestHub();
    const scope = hub.scope.child('lamp');
    const abort = new AbortController();
    void hub.http.getJson(server.url, { signal: abort.signal });
    void hub.scoped(scope).http.getJson(server.url);
    await hub.advance(0);
    abort.abort(new Error('enough'));
    await scope.close();
    await hub.advance('1s');
    expect(hub.errors).toEqual([]);
  });
});

describe('an interceptor', () => {
  it('answers in place of the network, in virtual time, and lets the rest through', async () => {
    const server = await TestServer.start((_, response) => json(response, 'real'));
    const hub = createTestHub();
    const http = httpOf(hub.scope);
    http.intercept = (url, { method, signal }) =>
      url.hostname === 'device'
        ? sleep(5_000, { signal }).then(() => Response.json(`${method} ${url.pathname}`))
        : undefined;
    const session = createHttpSession(hub, { baseUrl: 'http://device/', timeoutMs: 8_000 });
    const answers = Promise.all([
      hub.http.getJson('http://me:pw@device/a'),
      session.postJson('b', 1),
      session.getJson(server.url),
    ]);
    await hub.advance('5s');
    expect(await answers).toEqual(['GET /a', 'POST /b', 'real']);
    const slow = session.getJson('c', { timeoutMs: 1_000 }).catch((error: unknown) => error);
    await hub.advance('1s');
    expect(await slow).toBeInstanceOf(TimeoutError);
    http.intercept = () => {
      throw new Error('broken');
    };
    await expect(session.getJson('c')).rejects.toThrow('GET http://device/c failed: broken');
  });
});

describe('createHttpSession', () => {
  it('has a base URL, headers and limits of its own', async () => {
    const server = await TestServer.start((request, response) => {
      if (request.url === '/api/hang') return;
      json(response, { url: request.url, a: request.headers['x-a'], b: request.headers['x-b'] });
    });
    const hub = createTestHub();
    const session = createHttpSession(hub, {
      baseUrl: `${server.url}/api/`,
      headers: { 'x-a': '1', 'x-b': '1' },
      timeoutMs: 2_000,
      maxBytes: 100,
    });
    const answer = await session.getJson('lights', { headers: { 'x-b': '2' } });
    expect(answer).toEqual({ url: '/api/lights', a: '1', b: '2' });
    const hanging = session.getJson('hang').catch((error: unknown) => error);
    await hub.advance('2s');
    expect(await hanging).toHaveProperty('code', 'TIMEOUT');
    await expect(session.getJson(`x${'y'.repeat(100)}`)).rejects.toThrow('more than 100 bytes');
  });

  it('has sockets of its own, which end with the owner', async () => {
    const server = await TestServer.start((_, response) => json(response, 1));
    const hub = createTestHub();
    const scope = hub.scope.child('lamp');
    const session = createHttpSession({ scope });
    await session.getJson(server.url);
    await hub.http.getJson(server.url);
    expect(server.sockets).toBe(2);
    await scope.close();
    await until(hub, () => server.openSockets === 1);
    expect(server.openSockets).toBe(1);
    await expect(session.getJson(server.url)).rejects.toThrow(ScopeClosedError);
    await hub.http.getJson(server.url);
    expect(server.sockets).toBe(2);
    await hub.stop();
    await realUntil('the end of the sockets', () => server.openSockets === 0);
  });

  it('can be closed before, and leaves nothing with its owner', async () => {
    const server = await TestServer.start(() => undefined);
    const hub = createTestHub();
    const before = hub.scope.size;
    const session = createHttpSession(hub);
    const asked = session.getJson(server.url).catch((error: unknown) => error);
    await hub.advance(0);
    await session.close();
    await session.close();
    expect(await asked).toBeInstanceOf(ScopeClosedError);
    await expect(session.fetch(server.url)).rejects.toThrow('The HTTP session of `hub` was closed');
    expect(hub.scope.size).toBe(before);
    await hub.stop();
  });

  it('refuses options that are none', () => {
    const hub = new Hub();
    expect(() => createHttpSession(hub, { connections: 0 })).toThrow('as `connections`');
    expect(() => createHttpSession(hub, { baseUrl: 'x' })).toThrow(InvalidOptionError);
    expect(() => createHttpSession(hub, { timeoutMs: -1 })).toThrow('as `timeoutMs`');
  });
});
