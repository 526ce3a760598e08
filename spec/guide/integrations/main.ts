// #region main
// main.ts
import { Hub } from 'rxhome';
import { energyMeter } from './smallest.js';

const hub = new Hub();
hub.configEntries.registerIntegration(energyMeter);
await hub.start();

const entry = await hub.configEntries.add({ domain: 'energy_meter', title: 'Cellar' });
console.log(entry.state, hub.states.get('sensor.power')?.state); // loaded 230
// #endregion

export { hub };
