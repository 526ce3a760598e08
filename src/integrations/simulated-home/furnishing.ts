import type { Entity } from 'rxhome';
import { Heating, Simulated, SimulatedLight } from './entities.js';
import type { Flat } from './flat.js';

/** What is in a room. */
export interface Room {
  readonly name: string;
  readonly motion: Simulated;
  readonly light: SimulatedLight;
}

/** The things in the flat, as the hub shows them. */
export class Furnishing {
  readonly rooms: readonly Room[];
  readonly door: Simulated;
  readonly washing: Simulated;
  readonly power: Simulated;
  readonly temperature: Simulated;
  readonly outside: Simulated;
  readonly sun: Simulated;
  readonly heating = new Heating();

  constructor(flat: Flat, rooms: readonly string[]) {
    const { climate, machine } = flat;
    const celsius = { device_class: 'temperature', unit_of_measurement: '°C' };
    this.rooms = rooms.map((name) => ({
      name,
      motion: new Simulated(`${capital(name)} motion`, () => onOff(flat.hasMotion(name)), {
        device_class: 'motion',
      }),
      light: new SimulatedLight(capital(name)),
    }));
    this.door = new Simulated('Front door', () => onOff(flat.isDoorOpen), { device_class: 'door' });
    this.washing = new Simulated('Washing machine', () => onOff(machine.watts > 0), {
      device_class: 'running',
    });
    this.power = new Simulated('Washing machine power', () => machine.watts, {
      device_class: 'power',
      unit_of_measurement: 'W',
    });
    this.temperature = new Simulated('Room temperature', () => climate.inside, celsius);
    this.outside = new Simulated('Outside temperature', () => climate.outside, celsius);
    this.sun = new Simulated('Simulated sun', () =>
      flat.sunElevation > 0 ? 'above_horizon' : 'below_horizon',
    );
  }

  /** By the platforms to which they belong. */
  get platforms(): Readonly<Record<string, readonly Entity[]>> {
    const { rooms, door, washing, power, temperature, outside, sun, heating } = this;
    return {
      sun: [sun],
      binary_sensor: [...rooms.map(({ motion }) => motion), door, washing],
      sensor: [temperature, outside, power],
      light: rooms.map(({ light }) => light),
      switch: [heating],
    };
  }

  /** The flat has gone on: all look at it, the sun first, because others ask whether it is dark. */
  look(): void {
    for (const entity of Object.values(this.platforms).flat())
      if (entity instanceof Simulated && entity.isAdded) entity.look();
  }
}

function onOff(isOn: boolean): string {
  return isOn ? 'on' : 'off';
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
