import { parentPort } from 'node:worker_threads';
// #region own-thread
// own-thread.ts, started with `new Worker`
import { runCallbackThreadsafe } from 'rxhome/worker';

runCallbackThreadsafe('states.set', 'sensor.test', 'value');
// #endregion
parentPort?.postMessage('set');
