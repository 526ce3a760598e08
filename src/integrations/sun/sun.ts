import { defineIntegration } from 'rxhome';
import { type SunIntegrationOptions, sunOptions } from './options.js';
import { SunEntity } from './sun-entity.js';

const FIVE_MINUTES = 5 * 60_000;

/** Shows the sun as `sun.sun`: what it does is calculated, nothing is asked for. */
export const sun = defineIntegration<SunIntegrationOptions>({
  domain: 'sun',
  configSchema: sunOptions,

  setupEntry: (hub, entry) => hub.configEntries.forwardEntrySetups(entry, ['sun']),

  platforms: {
    sun: {
      scanIntervalMs: FIVE_MINUTES,
      setupEntry: (_hub, { data }, { addEntities }) => addEntities([new SunEntity(data)]),
    },
  },
});
