import type { Hub } from 'rxhome';

// #region good-morning
export async function goodMorning(hub: Hub): Promise<void> {
  const bedroom = { target: { entityId: 'light.bedroom' } };
  await hub.services.call('light', 'turn_on', { brightness: 80 }, bedroom);
  const { celsius } = await hub.http.getJson<{ celsius: number }>('http://weather.local/now');
  await hub.services.call('speaker', 'say', { text: `It is ${celsius} degrees outside.` });
}
// #endregion
