import { battery as readBattery, cpuTemperature, networkStats } from 'systeminformation';

/** Readings that block their thread or start programs: they belong in a worker. */

/** Of the processor in °C; `null` where nothing measures it, such as in a virtual machine. */
export async function temperature(): Promise<number | null> {
  const { main } = await cpuTemperature();
  return isNumber(main) ? main : null;
}

/** The charge in percent; `null` without a battery. */
export async function battery(): Promise<number | null> {
  const { hasBattery, percent } = await readBattery();
  return hasBattery && isNumber(percent) ? percent : null;
}

/** Bytes through all interfaces but loopback; `null` if there are none. */
export async function networkBytes(): Promise<{ received: number; sent: number } | null> {
  const interfaces = (await networkStats('*')).filter(({ iface }) => !/^lo\d*$/.test(iface));
  if (interfaces.length === 0) return null;
  return {
    received: interfaces.reduce((sum, { rx_bytes }) => sum + rx_bytes, 0),
    sent: interfaces.reduce((sum, { tx_bytes }) => sum + tx_bytes, 0),
  };
}

// The types promise numbers; on some machines there is null.
function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
