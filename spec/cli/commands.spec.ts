import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { HubClient } from '../../src/cli/hub-client.js';
import { pause, until } from '../integrations/until.js';
import { type Ran, run } from './in-process.js';
import { HELLO, inspector, Somebody } from './inspectors.js';
import { freePort } from '../free-port.js';
import { drop, objectsOf, Unwritable, Rxhome } from './rxhome.js';

jest.setTimeout(90_000);
/** How long something may take that threads and other processes have a part in, on a busy machine. */
const LONG_MS = 20_000;

let dir: string;
let hub: Rxhome;
let client: HubClient;
let port: string;
beforeAll(async () => {
  dir = await realpath(await mkdtemp(join(tmpdir(), 'rxhome-')));
  await writeFile(
    join(dir, 'home.yaml'),
    `
house:
folder_watcher: { folder: inbox, create: true }
file_hasher:
automation:
  title: Echo
  triggers: [{ event: doorbell }]
  actions: [{ call: light.turn_on, target: { entityId: light.page } }]
`,
  );
  port = String(await freePort());
  hub = new Rxhome('start', '--config', join(dir, 'home.yaml'), '--port', port);
  await hub.prints(/Ctrl\+C/);
  client = await until('the hub', answering, LONG_MS);
});
afterAll(async () => {
  await hub.kill();
  await rm(dir, { recursive: true, force: true });
});

async function answering(): Promise<HubClient | null> {
  const found = await HubClient.at(`http://127.0.0.1:${port}`);
  return found.who === 'hub' ? found.hub : null;
}

/** Asks the hub as soon as it answers: on a busy machine it may stand still for a while. */
async function at(...words: string[]): Promise<Ran> {
  await until('an answer', answering, LONG_MS);
  return run(...words, '--port', port);
}
const fire = (type: string, data = {}): Promise<unknown> =>
  client.post('/api/fire', { type, data });

describe('a command at a running hub', () => {
  it('fires, and why tells the whole story: also to a script', async () => {
    const fired = await at('fire', 'doorbell', 'door=front', 'times=2');
    expect(fired).toEqual({ code: 0, out: '✓ doorbell\n', err: '' });
    const becameOn = async (): Promise<Ran | null> => {
      const told = await at('why', 'light.page');
      return /became on/.test(told.out) ? told : null;
    };
    const why = await until('the light', becameOn, LONG_MS);
    expect(why).toMatchObject({ code: 0, err: '' });
    expect(why.out).toMatch(
      /^light\.page became on .*because automation_triggered .*because doorbell .*because user you wanted it\.\n$/,
    );
    const [answer] = objectsOf((await at('why', 'light.page', '--json')).out);
    expect(answer).toMatchObject({ subject: 'light.page', isComplete: true });
    const nothing = await at('why', 'light.nowhere');
    expect(nothing).toEqual({
      code: 1,
      out: '',
      err: 'Nothing is known of `light.nowhere`.\n',
    });
  });

  it('tells why by the clock on the wall, also of what is not there any more', async () => {
    const [{ sentence }] = objectsOf((await at('why', 'person.you', '--json')).out);
    const { TZ } = process.env;
    process.env['TZ'] = 'Asia/Tokyo';
    const tokyo = new Rxhome('why', 'person.you', '--port', port);
    if (TZ === undefined) delete process.env['TZ'];
    else process.env['TZ'] = TZ;
    expect(await tokyo.exit).toBe(0);
    const hourOf = (words: string): number => Number(/ at (\d\d):/.exec(words)?.[1]);
    expect((hourOf(tokyo.out) - hourOf(sentence) + 24) % 24).toBe(9);
    await drop(dir, 'gone.txt');
    const states = (): Promise<Ran> => at('states', 'sensor.gone_*');
    await until('a hash', async () => /2cf2/.test((await states()).out), LONG_MS);
    await rm(join(dir, 'inbox', 'gone.txt'));
    await until('no hash', async () => (await states()).out === 'No entity fits.\n', LONG_MS);
    expect(await at('why', 'sensor.gone_txt_sha256')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^\S+ was removed by file_hasher at .*because folder_watcher was/),
    });
  });

  it('refuses words that are too long or hold what no name does, as wrong', async () => {
    const long = await at('why', 'x'.repeat(301));
    expect(long).toMatchObject({ code: 2, err: expect.stringContaining('(INVALID_SUBJECT)') });
    expect(await at('why', 'x\ny')).toMatchObject({ code: 1, err: 'Nothing is known of `x�y`.\n' });
    expect((await at('states', '*a'.repeat(9))).code).toBe(2);
    expect((await at('fire', 'x'.repeat(65))).code).toBe(2);
    expect((await at('fire', 'a', '__proto__=1')).code).toBe(2);
  });

  it('lists states, by pattern, as a table and as NDJSON', async () => {
    const { out, code } = await at('states', 'light.*');
    expect(code).toBe(0);
    expect(out).toMatch(/^ENTITY +STATE +CHANGED\nlight\.page +(on|off) +\d+ (ms|s|min) ago\n$/);
    const states = objectsOf((await at('states', '--json')).out);
    const ids = states.map((state) => state.entity_id as string);
    expect(ids).toEqual([...ids].sort());
    expect(ids).toEqual(expect.arrayContaining(['light.page', 'person.you']));
    expect((await at('states', 'nothing.*')).out).toBe('No entity fits.\n');
  });

  it('calls services, with answers, and tells why one has failed', async () => {
    const called = await at('call', 'light.turn_off', '--target', 'light.page');
    expect(called).toEqual({ code: 0, out: '✓ light.turn_off\n', err: '' });
    expect((await at('states', 'light.page')).out).toMatch(/light\.page +off/);
    const counted = await at('call', 'house.count_primes', 'below=10', '--response');
    expect(JSON.parse(counted.out)).toEqual({ count: 4, below: 10 });
    expect(counted.err).toBe('');
    const line = await at('call', 'house.count_primes', '{"below": 10}', '--response', '--json');
    expect(objectsOf(line.out)).toMatchObject([{ response: { count: 4 } }]);

    const unknown = await at('call', 'light.turn_up');
    expect(unknown).toMatchObject({ code: 1, out: '' });
    expect(unknown.err).toMatch(/^There is no service `light\.turn_up`.*\(SERVICE_NOT_FOUND\)\n$/);
    const wrong = await at('call', 'house.count_primes', 'below=many');
    expect(wrong).toMatchObject({ code: 1, out: '', err: expect.stringContaining('below') });
    const twice = ['--target', 'light.page', '--target', 'light.gone'];
    const gone = await at('call', 'light.turn_on', ...twice);
    expect(gone).toMatchObject({ code: 1, err: expect.stringContaining('light.gone') });
    const home = await at('call', 'light.turn_on', 'entity_id=light.page');
    expect(home).toMatchObject({ code: 1, out: '' });
    expect(home.err).toMatch(/`entity_id` is called `entityId` here.*\n.*--target light\.page/);
    expect((await at('call', 'light.turn_on')).err).toContain('--target light.hall');
    expect((await at('call', 'turn_on')).code).toBe(2);
    expect((await at('call', 'light.turn_on', 'brightness')).code).toBe(2);
  });

  it('lists listeners, and ends with 1 if some leak', async () => {
    expect(await at('listeners', '--leaked')).toEqual({
      code: 0,
      out: 'Nothing leaks.\n',
      err: '',
    });
    const all = await at('listeners');
    expect(all).toMatchObject({ code: 0, err: '' });
    expect(all.out).toMatch(/^OWNER +EVENTS +LISTENER +COUNT/);
    expect(all.out).toMatch(/^file_hasher +folder_watcher +/m);
    await fire('inspector_button', { button: 'leak' });
    const leaks = async (): Promise<Ran | null> => {
      const answer = await at('listeners', '--leaked', '--json');
      return answer.out === '' ? null : answer;
    };
    const leaked = await until('a leak', leaks, LONG_MS);
    expect(leaked).toMatchObject({ code: 1, err: '' });
    expect(objectsOf(leaked.out)).toMatchObject([{ leaked: true }]);
    expect((await at('listeners', '--leaked')).out).toMatch(/leaked\n$/);
  });

  it('lists tasks', async () => {
    const { code, out } = await at('tasks', '--json');
    expect(code).toBe(0);
    for (const task of objectsOf(out)) expect(task).toHaveProperty('ageMs');
  });
});

describe('rxhome tail', () => {
  it('shows chains as `start` does, only those that are asked for, and ends with 0 at Ctrl+C', async () => {
    const tail = new Rxhome('tail', 'folder_watcher', '--port', port);
    // What takes longer than two seconds is told in parts, here perhaps and there not.
    const parts: Record<string, RegExp> = {};
    try {
      await until(
        'a line',
        async () => {
          // It may not have begun to listen when the first files come.
          const name = `report-${Math.random()}.txt`;
          parts[name] = new RegExp(`^\\S+ … task hash ${name} → .*→ sensor`, 'm');
          await drop(dir, name);
          await fire('not_asked_for');
          await pause(300);
          return /→ sensor/.test(tail.out);
        },
        LONG_MS,
      );
      // Twice, as npm sends it on.
      tail.process.kill('SIGINT');
      await pause(2);
      tail.process.kill('SIGINT');
      expect(await tail.exit).toBe(0);
      expect(tail.err).toBe('');
      // The last one may have been told while it was under way.
      const lines = tail.out
        .trim()
        .split('\n')
        .filter((line) => !line.endsWith('…'));
      for (const line of lines) {
        expect(line).toMatch(
          /^\d\d:\d\d:\d\d folder_watcher \w+ report-[\d.]+\.txt|^\S+ … task hash/,
        );
        const [name = ''] = /report-[\d.]+\.txt/.exec(line) ?? [];
        const isToldAlike = (): boolean =>
          hub.out.includes(line) ||
          (/ … task/.test(line) ? hub.out.includes(name) : parts[name]!.test(hub.out));
        await until(() => `${line}; there was:\n${hub.out}`, isToldAlike, LONG_MS);
      }
      expect(tail.out).toMatch(
        / (→ file_hasher →|…) task hash report-[\d.]+\.txt → worker \d, [\d,]+ ms → sensor\.report_\w+_txt_sha256 = 2cf24dba5fb0( …)?$/m,
      );
    } finally {
      await tail.kill();
    }
  });

  it('writes nothing but objects with --json, and ends quietly when nobody reads any more', async () => {
    const tail = new Rxhome('tail', 'ping', '--json', '--port', port);
    const pinged = (): Promise<boolean> => fire('ping').then(() => tail.out.includes('\n'));
    try {
      await until('a line', pinged, LONG_MS);
      for (const row of objectsOf(tail.out))
        expect(row).toMatchObject({ kind: 'event', name: 'ping' });
      tail.process.stdout!.destroy();
      await fire('ping');
      expect(await tail.exit).toBe(0);
      expect(tail.err).toBe('');
    } finally {
      await tail.kill();
    }
  });
});

describe('what cannot be written', () => {
  const { code } = Unwritable;

  it('is said, and ends an answer with 1', async () => {
    for (const words of [['states'], ['states', '--json'], ['tail', '--rows']]) {
      const told = new Unwritable(...words, '--port', port);
      const ticks = setInterval(() => void fire('tick').catch(() => undefined), 100);
      expect(await told.exit).toBe(1);
      clearInterval(ticks);
      expect(told.err).toMatch(new RegExp(`^It cannot be written: .*${code}.*\n$`));
    }
  });

  it('is no reason for a hub to stop', async () => {
    const started = new Unwritable('start', '--config', join(dir, 'home.yaml'), '--no-page');
    await started.prints(code);
    await pause(300);
    started.process.kill('SIGTERM');
    expect(await started.exit).toBe(0);
    expect(started.err.match(new RegExp(code, 'g'))).toHaveLength(1);
  });
});

describe('what is too large for one answer', () => {
  it('is cut, and that is said beside it', async () => {
    const states = Array.from({ length: 10_000 }, (_, i) => ({ entity_id: `sensor.n${i}` }));
    const called = { response: { list: [] }, isCut: true, context: null };
    await using one = await Somebody.listening(
      inspector(HELLO, ({ method, url }, response) => {
        const some = url === '/api/states?pattern=b.*' ? states.slice(1) : states;
        response.end(JSON.stringify(method === 'POST' ? called : some));
      }),
    );
    const there = ['--port', String(one.port), '--json'];
    const all = await run('states', ...there);
    expect([all.code, objectsOf(all.out).length]).toEqual([0, 10_000]);
    expect(all.err).toMatch(/There may be more than these/);
    expect((await run('states', 'b.*', ...there)).err).toBe('');
    const answer = await run('call', 'a.b', '--response', ...there);
    expect(objectsOf(answer.out)).toEqual([called]);
    expect(answer).toMatchObject({ code: 0, err: expect.stringMatching(/it is cut/) });
  });
});

describe('without a hub', () => {
  it('every command says so and ends with 3', async () => {
    const nobody = String(await freePort());
    const commands = [['tail'], ['why', 'a.b'], ['states'], ['call', 'a.b'], ['fire', 'a']];
    for (const command of [...commands, ['listeners'], ['tasks', '--json']])
      expect(await run(...command, '--port', nobody)).toEqual({
        code: 3,
        out: '',
        err: `No hub runs at http://127.0.0.1:${nobody}. Start one: rxhome start\n`,
      });
    const process = new Rxhome('states', '--url', `http://localhost:${nobody}`);
    expect(await process.exit).toBe(3);
    expect(process.err).toContain('No hub runs at');
  });

  it.each([
    [/unknown command 'tial'.*Did you mean tail/s, ['tial']],
    [/unknown option '--jsno'.*Did you mean --json/s, ['states', '--jsno']],
    [/missing required argument 'subject'/, ['why']],
    [/too many arguments/, ['states', 'a', 'b']],
    [/'' is invalid for argument 'subject'/, ['why', '']],
    [/'' is invalid for argument 'type'/, ['fire', '']],
    [/'' is invalid for argument 'pattern'/, ['states', '']],
    [/'' is invalid for argument 'pattern'/, ['tail', '']],
    [/'--target <entity>' argument '' is invalid/, ['call', 'a.b', '--target', '']],
    [/Expected a port from 1 to 65535, got `web`/, ['states', '--port', 'web']],
    [/on this machine/, ['states', '--url', 'http://example.com']],
    [/cannot be used with/, ['tail', '--rows', '--chain']],
    [/cannot be used with/, ['start', '--load', '5', '--simulate']],
    [/whole number from 1 to 100000/, ['start', '--load', '0']],
    [/Usage: rxhome/, []],
  ])('wrong words end with 2: %s', async (words, args) => {
    const { code, out, err } = await run(...args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(words);
  });

  it.each([['--help'], ['tail', '--help'], ['--version']])(
    'help ends with 0: %s',
    async (...args) => {
      const { code, out, err } = await run(...args);
      expect([code, err]).toEqual([0, '']);
      expect(out).toMatch(/Exit codes: 0 done; 1 .*3 no hub to talk to|^\d+\.\d+\.\d+\n$/s);
    },
  );
});
