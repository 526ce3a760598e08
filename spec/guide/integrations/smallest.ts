// #region smallest
// smallest.ts
import { defineIntegration } from 'rxhome';

export const energyMeter = defineIntegration({
  domain: 'energy_meter',

  setupEntry(hub) {
    hub.states.set('sensor.power', 230, { unit_of_measurement: 'W' });
  },
});
// #endregion
