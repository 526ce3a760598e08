import { defineIntegration, Entity, type Platform } from 'rxhome';
import { z } from 'zod';

// #region schema
const config = z.object({
  url: z.url(),
  token: z.string(),
  intervalMs: z.number().positive().default(30_000),
});

type Config = z.infer<typeof config>;
// #endregion

// #region entity
class Power extends Entity {
  override readonly name = 'Power';
  override readonly uniqueId = 'power';
  override readonly attributes = { unit_of_measurement: 'W' };
  override state: number | null = null;
  readonly #url: string;

  constructor(url: string) {
    super();
    this.#url = url;
  }

  override async update(): Promise<void> {
    const { watts } = await this.hub.http.getJson<{ watts: number }>(`${this.#url}/reading`);
    this.state = watts;
  }
}
// #endregion

// #region platform
const sensor: Platform<Config> = {
  setupEntry: (_hub, entry, { addEntities }) =>
    addEntities([new Power(entry.data.url)], { updateBeforeAdd: true }),
};
// #endregion

// #region with-platform
export const energyMeter = defineIntegration({
  domain: 'energy_meter',
  configSchema: config,
  setupEntry: (hub, entry) => hub.configEntries.forwardEntrySetups(entry, ['sensor']),
  platforms: { sensor },
});
// #endregion

export { config };
export type { Config };
