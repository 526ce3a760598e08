import type { Machine, NetworkBytes, ProcessorTimes, Used } from './machine.js';
import type { SystemMonitorOptions } from './options.js';
import type { SensorKey, SensorValues } from './sensors.js';

/** One look at the machine, and the sensors of which it tells. */
export interface Reading {
  readonly name: string;
  readonly sensors: readonly SensorKey[];
  read(): Promise<SensorValues>;
}

type Once = () => Promise<number | null>;

/** What is cheap enough for every sampling. */
export function quickReadings(
  machine: Machine,
  { disk_path: disk }: Pick<SystemMonitorOptions, 'disk_path'>,
): Reading[] {
  return [
    { name: 'processor', sensors: ['processor_use'], read: processorUse(machine) },
    { name: 'network', sensors: ['network_in', 'network_out'], read: networkRates(machine) },
    single('memory', 'memory_use', async () => percent(await machine.memory())),
    single('load', 'load_1_min', () => machine.load()),
    single(`disk ${disk}`, 'disk_use', async () => percent(await machine.disk(disk))),
    single('uptime', 'uptime', async () => hours(await machine.uptime())),
  ];
}

/** What blocks a thread or starts a program. */
export function slowReadings(
  machine: Machine,
  { temperature, battery }: Pick<SystemMonitorOptions, 'temperature' | 'battery'>,
): Reading[] {
  return [
    ...(temperature ? [single('temperature', 'temperature', () => machine.temperature())] : []),
    ...(battery ? [single('battery', 'battery', () => machine.battery())] : []),
  ];
}

function single(name: string, key: SensorKey, once: Once): Reading {
  return { name, sensors: [key], read: async () => ({ [key]: await once() }) };
}

function processorUse(machine: Machine): () => Promise<SensorValues> {
  let before: ProcessorTimes | null = null;
  return async () => {
    const now = await machine.processor();
    const last = before;
    before = now;
    if (now === null) return { processor_use: null };
    if (last === null) return {};
    const busy = now.busy - last.busy;
    const total = busy + now.idle - last.idle;
    return total > 0 && busy >= 0 ? { processor_use: (100 * busy) / total } : {};
  };
}

function networkRates(machine: Machine): () => Promise<SensorValues> {
  let before: (NetworkBytes & { readonly at: number }) | null = null;
  return async () => {
    const bytes = await machine.network();
    const last = before;
    before = bytes && { ...bytes, at: machine.seconds() };
    if (before === null) return { network_in: null, network_out: null };
    if (last === null) return {};
    const seconds = before.at - last.at;
    const received = before.received - last.received;
    const sent = before.sent - last.sent;
    // An interface that went away takes its count along.
    if (!(seconds > 0) || received < 0 || sent < 0) return {};
    return { network_in: received / seconds, network_out: sent / seconds };
  };
}

function percent(of: Used | null): number | null {
  return of === null || !(of.total > 0) ? null : (100 * of.used) / of.total;
}

function hours(seconds: number | null): number | null {
  return seconds === null ? null : seconds / 3600;
}
