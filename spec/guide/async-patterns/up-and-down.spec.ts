import { expect, it } from '@jest/globals';
import { ConfigEntryAuthFailed, ConfigEntryNotReady, HubKey, Job, sleep } from 'rxhome';
import { trackInterval } from 'rxhome';
import { createTestHub } from 'rxhome/testing';
import { load } from './home.js';

class Client {
  isOpen = true;
  static tries = 0;

  static async connect(_host: string, { signal }: { signal: AbortSignal }): Promise<Client> {
    await sleep(100, { signal });
    if (++Client.tries === 1) throw new Error('no answer');
    return new Client();
  }

  async close(): Promise<void> {
    await sleep(100);
    this.isOpen = false;
  }
}

// #region hub-key
const CLIENTS = new HubKey<Map<string, Client>>('heating');
// #endregion

it('sets up in steps that may fail, and undoes them by itself', async () => {
  const { hub: home, entry } = await load(async (hub, entry) => {
    const host = '192.168.1.7';
    // #region setup
    const client = await hub.timeout
      .run(10_000, (signal) => Client.connect(host, { signal }))
      .catch((cause: unknown) => {
        throw new ConfigEntryNotReady(`${host} does not answer`, { cause });
      });
    entry.onUnload(() => client.close());
    entry.runtimeData = client;
    // #endregion
  });
  expect(Client.tries).toBe(2); // the second attempt came by itself
  expect(entry.state).toBe('loaded');
  const client = entry.runtimeData as Client;
  const unloading = home.configEntries.unload(entry.entryId);
  await home.advance('1s');
  expect([await unloading, client.isOpen]).toEqual([true, false]);
  await home.stop();
});

it('says with the class of the error what is to be done', async () => {
  const { hub, entry } = await load(() => {
    throw new ConfigEntryAuthFailed('the password was refused');
  });
  expect(entry).toMatchObject({ state: 'setup_error', reason: 'the password was refused' });
  await hub.stop();
});

it('shares with other integrations under typed keys', async () => {
  const hub = createTestHub();
  const client = new Client();
  const entry = { entryId: 'one' };
  // #region hub-data
  const clients = hub.data.get(CLIENTS) ?? new Map<string, Client>();
  hub.data.set(CLIENTS, clients.set(entry.entryId, client));
  // #endregion
  expect(hub.data.get(CLIENTS)?.get('one')).toBe(client);
  await hub.stop();
  expect(hub.data.has(CLIENTS)).toBe(false);
});

it('says goodbye before anything is told', async () => {
  const hub = createTestHub();
  const client = new Client();
  const stages: string[] = [];
  hub.stage$.subscribe((stage) => stages.push(`${stage} ${client.isOpen ? 'open' : 'closed'}`));
  // #region shutdown-job
  hub.addShutdownJob(async () => {
    hub.states.set('sensor.heating', 'offline');
    await client.close();
  });
  // #endregion
  await hub.start();
  await hub.stop();
  expect(stages).toContain('stopping closed');
  expect(hub.states.is('sensor.heating', 'offline')).toBe(true);
});

it('ends a job that is marked when stopping begins', async () => {
  const hub = createTestHub();
  const runs: string[] = [];
  // #region cancel-on-shutdown
  const poll = new Job(() => runs.push(hub.state), { name: 'poll', cancelOnShutdown: true });
  trackInterval(hub, poll, 1_000);
  // #endregion
  await hub.start();
  await hub.advance('2s');
  hub.createTask(async () => sleep(50_000)); // holds the stop up
  await hub.stop();
  expect(runs).toEqual(['running', 'running']);
});
