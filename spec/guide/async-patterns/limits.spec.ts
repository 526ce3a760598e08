import { expect, it } from '@jest/globals';
import { cacheAsync, Mutex, retryAsync, Semaphore, sleep, withTimeout } from 'rxhome';
import { createTestHub } from 'rxhome/testing';
import { run } from './home.js';

it('gives a read five seconds, and says who was too slow', async () => {
  await using hub = createTestHub();
  let isAborted = false;
  const device = {
    read: async ({ signal }: { signal: AbortSignal }) => {
      signal.addEventListener('abort', () => (isAborted = true));
      await sleep(60_000, { signal });
      return 20;
    },
  };
  const reading = run(hub, async () => {
    // #region timeout
    const celsius = await hub.timeout.run(5_000, (signal) => device.read({ signal }));
    // #endregion
    return celsius;
  });
  await expect(reading).rejects.toMatchObject({ code: 'TIMEOUT' });
  expect(isAborted).toBe(true);
});

it('stops the clock of timeouts while it is not their fault', async () => {
  await using hub = createTestHub();
  const migrate = async () => sleep(60_000);
  const write = async () => {
    await sleep(62_000); // nobody can write while the file is migrated
    return 'written';
  };
  const writing = hub.timeout.run(5_000, write, { zone: 'recorder' });
  await run(hub, async () => {
    // #region freeze
    const thaw = hub.timeout.freeze('recorder');
    try {
      await migrate();
    } finally {
      thaw();
    }
    // #endregion
  });
  await hub.advance('3s');
  expect(await writing).toBe('written');
});

it('limits a promise without a hub', async () => {
  await using hub = createTestHub();
  const ping = async (host: string, signal: AbortSignal) => {
    await sleep(host === 'far' ? 9_000 : 1, { signal });
    return host;
  };
  const { signal } = new AbortController();
  const pingHost = async (host: string) => {
    // #region with-timeout
    const answer = await withTimeout(2_000, (ended) => ping(host, ended), { signal });
    // #endregion
    return answer;
  };
  expect(await run(hub, () => pingHost('near'))).toBe('near');
  await expect(run(hub, () => pingHost('far'))).rejects.toMatchObject({ code: 'TIMEOUT' });
});

it('tries again, later and later', async () => {
  await using hub = createTestHub();
  const attempts: number[] = [];
  const begun = Date.now();
  const login = async (signal: AbortSignal) => {
    signal.throwIfAborted();
    attempts.push(Date.now() - begun);
    if (attempts.length < 3) throw new Error('busy');
    return 'token';
  };
  const token = await run(hub, async (signal) => {
    // #region retry
    const token = await retryAsync((ended) => login(ended), {
      attempts: 5,
      initialMs: 1_000,
      jitter: 'none',
      shouldRetry: (error) => !(error instanceof TypeError),
      onRetry: (error, { attempt, delayMs }) =>
        hub.logger.warn(`Login failed (${attempt}), again in ${delayMs} ms`, { error }),
      signal,
    });
    // #endregion
    return token;
  });
  expect(token).toBe('token');
  expect(attempts).toEqual([0, 1_000, 3_000]);
  expect(hub.log.map(({ message }) => message)).toEqual([
    'Login failed (1), again in 1000 ms',
    'Login failed (2), again in 2000 ms',
  ]);
});

it('lets three into the API at once', async () => {
  await using hub = createTestHub();
  let most = 0;
  let inside = 0;
  const get = async (path: string, { signal }: { signal?: AbortSignal | undefined }) => {
    most = Math.max(most, ++inside);
    await sleep(100, { signal });
    inside--;
    return path;
  };
  // #region semaphore
  class Api {
    readonly #places = new Semaphore(3);

    call(path: string, signal?: AbortSignal): Promise<string> {
      return this.#places.run(() => get(path, { signal }), signal);
    }
  }
  // #endregion
  const api = new Api();
  const paths = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  const answers = await run(hub, () => Promise.all(paths.map((path) => api.call(path))));
  expect(answers).toEqual(paths);
  expect(most).toBe(3);
});

it('lets one change the settings at a time', async () => {
  await using hub = createTestHub();
  const writes: string[] = [];
  const write = async (settings: Record<string, string>) => {
    await sleep(10);
    writes.push(JSON.stringify(settings));
  };
  // #region mutex
  class Settings {
    readonly #lock = new Mutex();
    #values: Record<string, string> = {};

    change(key: string, value: string): Promise<void> {
      return this.#lock.run(async () => {
        const next = { ...this.#values, [key]: value };
        await write(next);
        this.#values = next;
      });
    }
  }
  // #endregion
  const settings = new Settings();
  await run(hub, () => Promise.all([settings.change('a', '1'), settings.change('b', '2')]));
  expect(writes).toEqual(['{"a":"1"}', '{"a":"1","b":"2"}']);
});

it('asks once, and answers many', async () => {
  await using hub = createTestHub();
  let asked = 0;
  const fetchForecast = async (town: string) => {
    await sleep(100);
    asked++;
    if (town === 'Nowhere') throw new Error('no such town');
    return `sun in ${town}`;
  };
  // #region cache
  const forecast = cacheAsync((town: string) => fetchForecast(town), {
    ttlMs: 10 * 60_000,
    maxSize: 50,
  });
  // #endregion
  await run(hub, () => Promise.all([forecast('Rome'), forecast('Rome'), forecast('Oslo')]));
  expect(asked).toBe(2);
  expect(await run(hub, () => forecast('Rome'))).toBe('sun in Rome');
  await hub.advance('11m');
  await run(hub, () => forecast('Rome'));
  expect(asked).toBe(3);
  for (let time = 0; time < 2; time++)
    await expect(run(hub, () => forecast('Nowhere'))).rejects.toThrow('town');
  expect(asked).toBe(5);
});
