// #region by-name
// serial.worker.ts
import { callSoonThreadsafe, runCallbackThreadsafe } from 'rxhome/worker';

export function watchPort(port: string): string {
  callSoonThreadsafe('states.set', 'binary_sensor.port', 'on'); // does not wait
  return runCallbackThreadsafe('heating.wanted', port); // waits for the value
}
// #endregion
