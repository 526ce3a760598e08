/** What a sensor of the monitor is called, and in which unit it tells. */
export interface SensorDescription {
  readonly name: string;
  readonly unit?: string;
  /** Home Assistant's device class, where it has one. */
  readonly deviceClass?: string;
  /** Digits behind the point; more would only be noise, and an event each. */
  readonly digits: number;
}

/** The sensors, by the second part of their entity ids. */
export const SENSORS = {
  processor_use: { name: 'Processor', unit: '%', digits: 1 },
  memory_use: { name: 'Memory', unit: '%', digits: 1 },
  load_1_min: { name: 'Load', digits: 2 },
  network_in: { name: 'Network in', unit: 'B/s', deviceClass: 'data_rate', digits: 0 },
  network_out: { name: 'Network out', unit: 'B/s', deviceClass: 'data_rate', digits: 0 },
  disk_use: { name: 'Disk', unit: '%', digits: 1 },
  uptime: { name: 'Uptime', unit: 'h', deviceClass: 'duration', digits: 1 },
  temperature: { name: 'Temperature', unit: '°C', deviceClass: 'temperature', digits: 1 },
  battery: { name: 'Battery', unit: '%', deviceClass: 'battery', digits: 0 },
} as const satisfies Readonly<Record<string, SensorDescription>>;

export type SensorKey = keyof typeof SENSORS;

/**
 * What one reading says of some sensors. `null`: this machine does not have that. A sensor that is
 * missing is not known yet, such as a rate at the first of the two readings it needs.
 */
export type SensorValues = Readonly<Partial<Record<SensorKey, number | null>>>;
