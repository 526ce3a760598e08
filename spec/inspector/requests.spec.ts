import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ServiceCall, ServiceValidationError } from 'rxhome';
import { alive, collectGarbage } from '../garbage.js';
import { pause, until } from '../integrations/until.js';
import { ShownHub } from './shown-hub.js';

const LONG = 'x'.repeat(4_000);

let shown: ShownHub;
let origin = '';
beforeAll(async () => {
  shown = await ShownHub.start();
  origin = shown.inspector.url;
});
afterAll(() => shown[Symbol.asyncDispose]());

describe('who may ask', () => {
  it.each([
    'evil.example',
    'evil.example:80',
    '127.0.0.1',
    '127.0.0.1:1',
    'localhost.evil.example:PORT',
    '192.168.1.2:PORT',
  ])('refuses the host %j on every address', async (host) => {
    const headers = { host: host.replace('PORT', String(shown.inspector.port)) };
    for (const path of ['/', '/api/hello', '/api/feed', '/assets/page.js', '/nothing']) {
      const { status, code, bytes } = await shown.ask(path, { headers });
      expect([status, code]).toEqual([403, 'FOREIGN_HOST']);
      expect(bytes.toString()).not.toContain('session');
    }
  });

  it.each([
    ['GET /api/hello HTTP/1.1', /^HTTP\/1\.1 400 .*"code":"NO_HOST"/s],
    ['POST /api/fire HTTP/1.0', /^HTTP\/1\.1 400 .*"code":"NO_HOST"/s],
    ['GET / HTTP/1.1\r\nHost:', /^HTTP\/1\.1 403 .*"code":"FOREIGN_HOST"/s],
  ])('refuses %j, which names no host, with a reason', async (head, refusal) => {
    expect(await raw(`${head}\r\nConnection: close\r\n\r\n`)).toMatch(refusal);
  });

  it.each(['127.0.0.1', 'localhost', 'LOCALHOST', '[::1]'])('lets in %s', async (name) => {
    const headers = { host: `${name}:${shown.inspector.port}` };
    expect((await shown.ask('/api/hello', { headers })).status).toBe(200);
  });

  it.each(['http://evil.example', 'null', 'https://127.0.0.1:1', 'file://', ''])(
    'refuses the origin %j, to look and to act',
    async (from) => {
      for (const path of ['/api/hello', '/api/feed', '/'])
        expect(await shown.ask(path, { headers: { origin: from } })).toMatchObject({
          status: 403,
          code: 'FOREIGN_ORIGIN',
        });
      const act = await shown.post('/api/fire', { type: 'evil' }, { origin: from });
      expect(act).toMatchObject({ status: 403, code: 'FOREIGN_ORIGIN' });
    },
  );

  it('refuses what another page can send without asking: no origin, no header of ours, forms', async () => {
    const plain = { 'content-type': 'application/json' };
    const body = JSON.stringify({ type: 'evil' });
    const act = (headers: Record<string, string>): Promise<{ code?: string | undefined }> =>
      shown.ask('/api/fire', { method: 'POST', headers, body });
    expect((await act(plain)).code).toBe('NO_ORIGIN');
    expect((await act({ ...plain, 'x-rxhome': '0' })).code).toBe('NO_ORIGIN');
    expect((await act({ origin, 'content-type': 'text/plain' })).code).toBe('CONTENT_TYPE');
    expect((await act({ origin })).code).toBe('CONTENT_TYPE');
    expect((await act({ origin, 'content-type': 'application/jsonp' })).code).toBe('CONTENT_TYPE');
    expect((await act({ origin, ...plain })).code).toBeUndefined();
  });

  it('answers no question of another page whether it may', async () => {
    const headers = { origin: 'http://evil.example', 'access-control-request-method': 'POST' };
    const { status, headers: got } = await shown.ask('/api/fire', { method: 'OPTIONS', headers });
    expect(status).toBe(403);
    const own = await shown.ask('/api/fire', { method: 'OPTIONS', headers: { origin } });
    expect(own.status).toBe(405);
    for (const name of Object.keys({ ...got, ...own.headers }))
      expect(name).not.toMatch(/^access-control/);
  });

  it('opens no feed for an image or a frame of another site', async () => {
    const headers = { 'sec-fetch-site': 'cross-site' };
    expect((await shown.ask('/api/feed?page=evil', { headers })).code).toBe('FOREIGN_SITE');
    expect(
      (await shown.ask('/api/hello', { headers: { 'sec-fetch-site': 'same-origin' } })).status,
    ).toBe(200);
    expect((await shown.ask('/', { headers })).status).not.toBe(403); // a link to the page is fine
  });

  it('says on every answer what a browser may do with it', async () => {
    for (const path of ['/', '/api/hello', '/nothing']) {
      const { headers } = await shown.ask(path);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['cache-control']).toBe('no-store');
      expect(headers['content-security-policy']).toMatch(
        /^default-src 'self';.*frame-ancestors 'none'/,
      );
      expect(headers['cross-origin-resource-policy']).toBe('same-origin');
    }
  });
});

describe('malformed requests', () => {
  it.each([
    ['/nothing', 404],
    ['/api/', 404],
    ['/api/nothing', 404],
    ['/assets/../../package.json', 404],
    ['/assets/%2e%2e%2fpackage.json', 404],
    ['/assets/main.tsx', 404],
    ['/api/rows/abc', 400],
    ['/api/rows/1e99', 400],
    ['/api/%ff', 400],
    ['/__proto__', 404],
    ['/api/hello/', 404],
    ['/api/LONG', 414],
    ['/api/states?pattern=' + 'a*'.repeat(50), 400],
    ['/api/why/', 400],
    ['/api/why/' + 'x'.repeat(301), 400],
    ['/api/rows/', 400],
    ['/api/feed?page=' + 'x'.repeat(70), 400],
  ])('%s gets %i and a reason', async (path, status) => {
    const answer = await shown.ask(path.replace('LONG', LONG));
    expect(answer.status).toBe(status);
    expect(answer.json.error.message).toMatch(/Expected|nothing/);
  });

  it.each([
    ['POST', '/api/hello', 'GET'],
    ['PUT', '/', 'GET'],
    ['DELETE', '/api/feed', 'GET'],
    ['GET', '/api/fire', 'POST'],
    ['PATCH', '/api/call', 'POST'],
  ])('%s %s is told to be %s', async (method, path, allow) => {
    const { status, headers } = await shown.ask(path, { method, headers: { 'x-rxhome': '1' } });
    expect([status, headers.allow]).toEqual([405, allow]);
  });

  it.each([
    ['', 'NO_JSON'],
    ['{', 'NO_JSON'],
    ['[]', 'NO_OBJECT'],
    ['null', 'NO_OBJECT'],
    ['"x"', 'NO_OBJECT'],
    ['{"type":"a","data":{"__proto__":{"isAdmin":true}}}', 'NO_JSON'],
    ['{"type":1}', 'INVALID_OPTION'],
    ['{"type":""}', 'INVALID_OPTION'],
    ['{"type":"a","data":[]}', 'INVALID_OPTION'],
    ['{"type":"LONG"}', 'INVALID_EVENT_TYPE'],
  ])('fire %s is refused with %s', async (body, code) => {
    const answer = await shown.post('/api/fire', body.replace('LONG', LONG));
    expect([answer.status, answer.code]).toEqual([400, code]);
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
  });

  it('refuses what is no UTF-8, and what is too large, with or without its length', async () => {
    const bytes = Buffer.concat([
      Buffer.from('{"type":"a'),
      Buffer.from([0xff, 0xfe]),
      Buffer.from('"}'),
    ]);
    expect((await shown.post('/api/fire', bytes)).code).toBe('NO_JSON');
    const large = JSON.stringify({ type: 'a', data: { x: 'x'.repeat(300_000) } });
    expect((await shown.post('/api/fire', large)).status).toBe(413);
    expect((await shown.post('/api/fire', large, { 'transfer-encoding': 'chunked' })).status).toBe(
      413,
    );
  });

  it('refuses headers without end, and what is no HTTP', async () => {
    expect(
      (await shown.ask('/api/hello', { headers: { 'x-long': 'x'.repeat(30_000) } })).status,
    ).toBe(431);
    expect(await raw('nonsense\r\n\r\n')).toMatch(/^HTTP\/1.1 400 .*NO_HTTP/s);
    expect(
      await raw(`GET /api/hello HTTP/1.1\r\nHost: ${origin.slice(7)}\r\nHost: evil\r\n\r\n`),
    ).toMatch(/^HTTP\/1.1 (400|403)/);
  });

  it('takes it for nobody’s failure when somebody goes away in the middle', async () => {
    const before = shown.errors.length;
    const socket = connect(shown.inspector.port, '127.0.0.1');
    socket.write(
      `POST /api/fire HTTP/1.1\r\nHost: ${origin.slice(7)}\r\nx-rxhome: 1\r\n` +
        'Content-Type: application/json\r\nContent-Length: 99\r\n\r\n{"type"',
    );
    await pause(100);
    socket.destroy();
    await pause(100);
    expect(shown.errors.slice(before)).toEqual([]);
  });

  it('waits 5 s at most for headers that come slowly, or not at all', async () => {
    // One who says nothing, and does not go away by himself.
    const mute = connect({ port: shown.inspector.port, host: '127.0.0.1', allowHalfOpen: true });
    let told = '';
    let broken = '';
    mute.on('data', (bytes) => (told += String(bytes)));
    mute.on('error', (error) => (broken = String(error)));
    expect(await raw(`GET /api/hello HTTP/1.1\r\nHost: ${origin.slice(7)}\r\nX-A: `)).toMatch(
      /^HTTP\/1.1 408/,
    );
    // A busy machine may take its time for it, but nobody else ends it: the next limit is 10 s.
    await until('a refusal', () => /^HTTP\/1.1 408/.test(told), 20_000);
    // One who has closed it wholly refuses the first word, and the second one fails. Whoever hears
    // a word waits for silence again.
    for (let words = 0; words < 10 && broken === ''; words++) {
      await pause(1_500);
      mute.write('?');
    }
    expect(broken).toMatch(/EPIPE|ECONNRESET/);
  }, 60_000);

  it('goes on after all that', async () => {
    expect((await shown.ask('/api/hello')).status).toBe(200);
    expect(shown.errors).toEqual([]);
  });
});

describe('what one may do', () => {
  it('fires and calls as a human, and tells the chain', async () => {
    const { hub } = shown;
    const calls: ServiceCall[] = [];
    hub.services.register('light', 'turn_on', (call) => void calls.push(call));
    const feed = await shown.feed('?kept=0');
    const { status, json } = await shown.post('/api/call', {
      domain: 'light',
      service: 'turn_on',
      data: { brightness: 3 },
      target: { entity_id: 'light.hall' },
    });
    expect([status, json.response]).toEqual([200, null]);
    expect(calls[0]!.data).toEqual({ brightness: 3, entity_id: 'light.hall' });
    expect(calls[0]!.context).toMatchObject({ userId: 'you', parentId: null });
    expect(await feed.row('light.turn_on light.hall')).toMatchObject({
      kind: 'service',
      human: true,
      cause: 0,
    });

    const fired = await shown.post('/api/fire', { type: 'hello', data: { a: 1 } });
    expect(fired.json.context).toMatchObject({ user_id: 'you', parent_id: null });
    const row = await feed.row('hello a=1');
    expect(row).toMatchObject({ human: true, cause: 0, owner: 'inspector' });
    const { json: payload } = await shown.ask(`/api/rows/${row.id}`);
    expect(payload).toMatchObject({
      data: { a: 1 },
      isCut: false,
      note: null,
      context: { userId: 'you' },
    });
    expect(payload.context.id).toBe(fired.json.context.id);
  });

  it('writes a chain as a test, with what its rows were about', async () => {
    const feed = await shown.feed('?kept=0');
    const chime = shown.hub.bus.listen('bell', () => shown.hub.states.set('light.bell', 'on'));
    await shown.post('/api/fire', { type: 'bell', data: { a: 1 } });
    const bell = await feed.row('bell a=1');
    const light = await feed.row('light.bell: on');
    const { status, json } = await shown.post('/api/marbles', { rows: [bell, light], more: 2 });
    expect([status, json.text]).toEqual([200, expect.stringContaining('"a":1')]);
    expect(json.text).toContain("expectStates('light.bell')");
    expect(json.text).toContain('// 2 more are left out.');
    chime();

    const row = { ...bell, id: 0 };
    const others = [
      {},
      { rows: [] },
      { rows: 'x' },
      { rows: [null] },
      { rows: [{ ...row, at: 'x' }] },
      { rows: [{ ...row, name: 1 }] },
      { rows: [{ ...row, entity: 1 }] },
      { rows: [{ ...row, number: 'x' }] },
      { rows: [row], more: 0.5 },
      { rows: Array(501).fill({ ...row, name: '', text: '', owner: '' }) },
    ];
    for (const body of others) {
      const refused = await shown.post('/api/marbles', body);
      expect([body, refused.status]).toEqual([body, 400]);
      expect(refused.json.error.code).toBe('INVALID_CHAIN');
    }
  });

  it('gives the answer of a service, and the code of what went wrong', async () => {
    const { hub } = shown;
    hub.services.register('test', 'answer', () => ({ n: 1 }), { supportsResponse: 'optional' });
    hub.services.register('test', 'fails', () => Promise.reject(new Error('lamp is broken')));
    hub.services.register('test', 'checks', () => {
      throw new ServiceValidationError('brightness: expected a number');
    });
    const call = (service: string, more: object = {}): ReturnType<ShownHub['post']> =>
      shown.post('/api/call', { domain: 'test', service, ...more });
    const answered = (await call('answer', { returnResponse: true })).json;
    expect(answered).toMatchObject({ response: { n: 1 }, isCut: false });
    const list = Array.from({ length: 50_000 }, (_, i) => i);
    const large = { list, deep: { a: { b: { c: {} } } }, text: 'x'.repeat(2 ** 20) };
    hub.services.register('test', 'much', () => large, { supportsResponse: 'optional' });
    const much = (await call('much', { returnResponse: true })).json;
    expect(much).toMatchObject({ response: large, isCut: false });
    large.list = [...list, ...list];
    const cut = (await call('much', { returnResponse: true })).json;
    expect(cut).toMatchObject({ isCut: true, context: { user_id: 'you' } });
    expect(await call('nope')).toMatchObject({ status: 404, code: 'SERVICE_NOT_FOUND' });
    expect(await call('checks')).toMatchObject({ status: 400, code: 'SERVICE_VALIDATION' });
    const failed = await call('fails');
    expect([failed.status, failed.json.error]).toEqual([
      500,
      { code: 'FAILED', message: 'lamp is broken' },
    ]);
    expect(await call('fails', { returnResponse: true })).toMatchObject({ status: 400 });
    for (const bad of [{ data: 1 }, { target: 'x' }, { returnResponse: 'yes' }, { service: 5 }])
      expect(await call('answer', bad)).toMatchObject({ status: 400, code: 'INVALID_OPTION' });
    expect(shown.errors).toEqual([]);
  });

  it('shows states by pattern, tasks, the snapshot, and why', async () => {
    const { hub } = shown;
    hub.states.set('sensor.one', 1);
    hub.states.set('sensor.two', 2);
    hub.states.set('light.a', 'on');
    const ids = async (pattern: string): Promise<string[]> =>
      (await shown.ask(`/api/states?pattern=${encodeURIComponent(pattern)}`)).json.map(
        ({ entity_id: id }: { entity_id: string }) => id,
      );
    expect(await ids('sensor.*')).toEqual(['sensor.one', 'sensor.two']);
    expect(await ids('sensor.t?o')).toEqual(['sensor.two']);
    expect(await ids('sensor.on')).toEqual([]);
    expect(await ids('sensor.one|.*')).toEqual([]);
    expect(await ids('(((')).toEqual([]);
    for (const odd of ['sensor-*', 'küche.*', '[a-z]*', 'a b', '😀', '\\d+', '/', '-'])
      expect(await ids(odd)).toEqual([]);
    expect(await ids('SENSOR.*')).toEqual(['sensor.one', 'sensor.two']);
    // A `?` may stand in a query as it is.
    expect((await shown.ask('/api/states?pattern=sensor.t?o')).json).toHaveLength(1);
    expect((await shown.ask('/api/states?pattern=sensor.t?')).json).toEqual([]);
    const task = hub.createBackgroundTask(
      (signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        }),
      { name: 'runs' },
    );
    expect((await shown.ask('/api/tasks')).json).toContainEqual(
      expect.objectContaining({
        name: 'runs',
        owner: 'hub',
        kind: 'background',
        status: 'running',
      }),
    );
    expect((await shown.ask('/api/snapshot')).json).toMatchObject({ stage: 'running' });
    expect((await shown.ask('/api/why/light.a')).json).toMatchObject({ subject: 'light.a' });
    expect((await shown.ask('/api/why/a%0Ab')).json).toMatchObject({ subject: 'a\nb' });
    task.cancel();
  });
});

describe('what a row was about', () => {
  it('neither copies nor keeps large data, and has its start when it is gone', async () => {
    const { hub } = shown;
    const feed = await shown.feed('?kept=0');
    const list = () => ({
      first: 'here',
      list: Array.from({ length: 2 ** 20 }, (_, i) => ({ i })),
    });
    const fire = (): WeakRef<object> => {
      const data = list();
      hub.bus.fire('large', data);
      return new WeakRef(data);
    };
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    const weak = fire();
    const row = await feed.row('large first=here');
    const once = await shown.ask(`/api/rows/${row.id}`);
    if (weak.deref())
      expect(once.json).toMatchObject({ isCut: true, note: null, data: { first: 'here' } });
    expect(once.bytes.length).toBeLessThan(80_000);
    expect(await alive({ data: weak })).toEqual([]);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(10 * 2 ** 20);
    const later = await shown.ask(`/api/rows/${row.id}`);
    expect(later.json).toMatchObject({
      isCut: true,
      data: { first: 'here' },
      note: expect.stringContaining('too large'),
    });
  });

  it('shows what JSON cannot: cycles, maps, errors, bytes, getters that throw', async () => {
    const { hub } = shown;
    const feed = await shown.feed('?kept=0');
    const odd: Record<string, unknown> = {
      big: 10n,
      fn: function named() {
        return 1;
      },
      symbol: Symbol('s'),
      map: new Map([['a', new Set([1])]]),
      date: new Date(0),
      never: new Date(NaN),
      bytes: new Uint8Array([1, 2, 255]),
      error: new TypeError('bad', { cause: 'why' }),
      nan: NaN,
      nothing: undefined,
      get thrown(): never {
        throw new Error('no');
      },
      proxy: new Proxy({}, {}),
      promise: Promise.resolve(1),
      ['__proto__' as string]: 1,
    };
    Object.defineProperty(odd, '__proto__', { value: { x: 1 }, enumerable: true });
    odd['self'] = odd;
    hub.bus.fire('odd', odd);
    const odds = () => [...feed.rows.values()].find(({ name }) => name === 'odd');
    const row = await until('the row', odds, 10_000);
    const { data } = (await shown.ask(`/api/rows/${row.id}`)).json;
    expect(data).toMatchObject({
      big: '10n',
      fn: '[function named]',
      symbol: 'Symbol(s)',
      map: { '[map]': [['a', { '[set]': [1] }]] },
      date: '1970-01-01T00:00:00.000Z',
      never: 'no date',
      bytes: '[Uint8Array of 3: 0102ff]',
      nan: 'NaN',
      nothing: null,
      thrown: '[throws]',
      proxy: '[proxy]',
      promise: '[promise]',
      self: '[cycle]',
    });
    expect(data.error).toMatchObject({ name: 'TypeError', message: 'bad', cause: 'why' });
  });

  it('says that a row is too old, or never was', async () => {
    const { status, json } = await shown.ask('/api/rows/999999999');
    expect(status).toBe(200);
    expect(json).toMatchObject({ data: null, note: expect.stringContaining('too old') });
  });

  it('has the stack of an error', async () => {
    const feed = await shown.feed('?kept=0');
    shown.hub.bus.listen('breaks', function breaker() {
      throw new RangeError('off');
    });
    shown.hub.bus.fire('breaks');
    const row = await feed.row('hub: breaker: off');
    const { json } = await shown.ask(`/api/rows/${row.id}`);
    expect(json.stack).toMatch(/RangeError: off\n.*breaker/);
    expect(json.data).toMatchObject({ source: 'listener', error: { message: 'off' } });
    shown.errors.length = 0;
  });
});

describe('the page', () => {
  it('comes whole, zipped for those who can unzip, and without scripts inside', async () => {
    const page = await shown.ask('/');
    expect(page.status).toBe(200);
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    const html = page.bytes.toString();
    expect(html).not.toMatch(/<script(?![^>]*src=)|https?:\/\/(?!www\.w3\.org)/);
    for (const [, path] of html.matchAll(/(?:src|href)="([^"]+)"/g)) {
      const [whole, zipped] = [
        await shown.ask(path!),
        await shown.ask(path!, { headers: { 'accept-encoding': 'br, gzip' } }),
      ];
      expect([path, whole.status, zipped.headers['content-encoding']]).toEqual([path, 200, 'gzip']);
      expect(zipped.bytes.length).toBeLessThan(whole.bytes.length);
    }
  });
});

/** What the server says to these bytes, until it closes the socket. */
function raw(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(shown.inspector.port, '127.0.0.1', () => socket.write(bytes));
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString()));
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
  });
}
