import { Climate } from './climate.js';
import type { SimulatedHomeOptions } from './options.js';
import { Resident } from './resident.js';
import { WashingMachine } from './washing-machine.js';

const MINUTE = 60;
const HOUR = 3600;
const DAY = 24 * HOUR;
const BEGINS_AT = 6 * HOUR;
const MOTION_LASTS = 2 * MINUTE;
const SUN_RISES_AT = 7 * HOUR;
const SUN_SETS_AT = 18 * HOUR;
const HIGHEST_SUN = 38;

/**
 * The flat by itself, without a hub: it goes on in steps, and for a seed it does the same in every
 * life. What is decided in the home comes in by `isHeating` only.
 */
export class Flat {
  readonly climate: Climate;
  readonly machine: WashingMachine;
  readonly #resident: Resident;
  readonly #movedAt = new Map<string, number>();
  #seconds = BEGINS_AT;

  constructor({ seed, rooms }: Pick<SimulatedHomeOptions, 'seed' | 'rooms'>) {
    this.#resident = new Resident(rooms, seed);
    this.climate = new Climate(seed);
    this.machine = new WashingMachine(seed);
  }

  /** Seconds since midnight. */
  get timeOfDay(): number {
    return this.#seconds % DAY;
  }

  /** Degrees above the horizon; below it in the night. */
  get sunElevation(): number {
    const day = SUN_SETS_AT - SUN_RISES_AT;
    const noon = (SUN_RISES_AT + SUN_SETS_AT) / 2;
    const fromNoon = Math.abs(this.timeOfDay - noon);
    const angle = (Math.min(fromNoon, DAY - fromNoon) / day) * Math.PI;
    return Math.round(HIGHEST_SUN * Math.cos(Math.min(angle, Math.PI)) * 10) / 10;
  }

  get isDoorOpen(): boolean {
    return this.#resident.isAtDoor;
  }

  hasMotion(room: string): boolean {
    const at = this.#movedAt.get(room);
    return at !== undefined && this.#seconds - at < MOTION_LASTS;
  }

  advance(seconds: number, isHeating: boolean): void {
    this.#seconds += seconds;
    const { timeOfDay } = this;
    this.#resident.advance(seconds, timeOfDay);
    const { room, hasMoved } = this.#resident;
    const isHome = room !== null;
    if (isHome && hasMoved) this.#movedAt.set(room, this.#seconds);
    this.climate.advance(seconds, timeOfDay, { isHeating, isHome });
    this.machine.advance(seconds, timeOfDay, isHome);
  }
}
