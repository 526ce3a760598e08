import {
  CoordinatorEntity,
  DataUpdateCoordinator,
  ensureOk,
  Entity,
  type Hub,
  type Integration,
  UpdateFailed,
} from 'rxhome';

interface Reading {
  readonly celsius: number;
}

export const url = 'http://boiler.local/now';

export function newCoordinator(hub: Hub) {
  // #region coordinator
  const boiler = new DataUpdateCoordinator<Reading>(hub, {
    name: 'boiler',
    updateIntervalMs: 60_000,
    update: async (signal) => {
      const response = await hub.http.fetch(url, { signal, timeoutMs: 5_000 });
      if (response.status === 429)
        throw new UpdateFailed('The boiler is busy.', { retryAfterMs: 5 * 60_000 });
      return (await ensureOk(response)).json() as Promise<Reading>;
    },
  });
  // #endregion
  return boiler;
}

// #region callback-or-coroutine
class Boiler extends CoordinatorEntity<Reading> {
  override readonly name = 'Boiler';
  highest = 0;

  override get state() {
    return this.coordinator.data?.celsius ?? null;
  }

  override onCoordinatorUpdate(): void {
    this.highest = Math.max(this.highest, Number(this.state)); // known already: a callback
    super.onCoordinatorUpdate(); // writes the state
  }

  async heat(): Promise<void> {
    await this.hub.http.postJson('http://boiler.local/heat', { celsius: 80 }); // asks: a coroutine
    await this.coordinator.requestRefresh();
  }
}
// #endregion

class Pump extends Entity {
  override readonly name = 'Pump';
  override readonly state = 'off';
}

export const heating: Omit<Integration<object, Boiler>, 'domain'> = {
  async setupEntry(hub, entry) {
    const coordinator = newCoordinator(hub);
    await coordinator.firstRefresh();
    entry.runtimeData = new Boiler(coordinator);
    // #region forward
    await hub.configEntries.forwardEntrySetups(entry, ['sensor', 'switch']);
    // #endregion
  },
  // #region platforms
  platforms: {
    sensor: {
      setupEntry: (_hub, entry, { addEntities }) => addEntities([entry.runtimeData]),
    },
    switch: {
      setupEntry: (_hub, _entry, { addEntities }) => addEntities([new Pump()]),
    },
  },
  // #endregion
};

export type { Boiler };
