import { defineIntegration } from 'rxhome';
import { DimmableLight, offerLights } from '../lights/dimmable-light.js';
import { addButtons } from './buttons.js';
import { type HouseOptions, houseOptions } from './options.js';
import { offerCounting, Primes } from './primes.js';
import { watchPages, You } from './you.js';

/** `light.page`: the inspector's page glows while it is on. */
class PageLight extends DimmableLight {
  override entityId = 'light.page';
  override readonly name = 'Page';
  override readonly uniqueId = 'page';
}

/**
 * Your computer is the house: you are at home while you look at the page, the page is a lamp, and its
 * buttons make real things happen. What follows from them stands in automations.
 */
export const house = defineIntegration<HouseOptions>({
  domain: 'house',
  configSchema: houseOptions,

  setup: (hub) => watchPages(hub),

  async setupEntry(hub, entry) {
    const { person, light, buttons } = entry.data;
    const platforms = ['sensor', ...(person ? ['person'] : []), ...(light ? ['light'] : [])];
    await hub.configEntries.forwardEntrySetups(entry, platforms);
    addButtons(hub, buttons);
  },

  platforms: {
    person: { setupEntry: (_hub, _entry, { addEntities }) => addEntities([new You()]) },
    light: {
      setupEntry(_hub, _entry, platform) {
        offerLights(platform);
        return platform.addEntities([new PageLight()]);
      },
    },
    sensor: {
      setupEntry(hub, _entry, { addEntities }) {
        const primes = new Primes();
        offerCounting(hub, primes);
        return addEntities([primes]);
      },
    },
  },
});
