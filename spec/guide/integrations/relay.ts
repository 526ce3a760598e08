import { Entity, type Platform } from 'rxhome';
import type { Config } from './with-options.js';

// #region relay
class Relay extends Entity {
  override readonly name = 'Boiler';
  override readonly uniqueId = 'boiler';
  override state = 'off';
  readonly #url: string;

  constructor(url: string) {
    super();
    this.#url = url;
  }

  async turn(state: 'on' | 'off', signal: AbortSignal): Promise<void> {
    await this.hub.http.postJson(`${this.#url}/boiler`, { state }, { signal });
    this.state = state;
    this.writeState();
  }
}
// #endregion

// #region entity-service
const relays: Platform<Config> = {
  setupEntry(_hub, entry, { addEntities, registerEntityService }) {
    registerEntityService('turn_on', {}, (relay: Relay, _data, signal) => relay.turn('on', signal));
    registerEntityService('turn_off', {}, (relay: Relay, _data, signal) =>
      relay.turn('off', signal),
    );
    return addEntities([new Relay(entry.data.url)]);
  },
};
// #endregion

export { relays };
