import type { Hub } from 'rxhome';

// #region open-windows
export function openWindows(hub: Hub): string[] {
  return hub.states
    .all('binary_sensor')
    .filter(({ entityId, state }) => entityId.endsWith('_window') && state === 'on')
    .map(({ name }) => name);
}
// #endregion
