import { Random } from './random.js';

const HOUR = 3600;
const DAY = 24 * HOUR;
const OUTSIDE_MEAN = 6;
const OUTSIDE_SWING = 5;
const WARMEST_AT = 15 * HOUR;
/** A house loses two thirds of what it is warmer in so many hours. */
const LOSES_IN_HOURS = 18;
const HEATING_PER_HOUR = 2.4;
const RESIDENT_PER_HOUR = 0.1;

/** How warm it is: inside follows outside slowly, and the heating fast. */
export class Climate {
  readonly #random: Random;
  #inside = 20.6;
  #weather = 0;
  #outside = OUTSIDE_MEAN;

  constructor(seed: number) {
    this.#random = new Random(seed, 'climate');
  }

  /** Degrees Celsius, in tenths, as a sensor shows them. */
  get inside(): number {
    return tenths(this.#inside);
  }

  get outside(): number {
    return tenths(this.#outside);
  }

  advance(
    seconds: number,
    timeOfDay: number,
    { isHeating, isHome }: { readonly isHeating: boolean; readonly isHome: boolean },
  ): void {
    const hours = seconds / HOUR;
    this.#weather = this.#weather * (1 - 0.1 * hours) + this.#random.between(-0.4, 0.4) * hours;
    const swing = Math.cos(((timeOfDay - WARMEST_AT) / DAY) * 2 * Math.PI);
    this.#outside = OUTSIDE_MEAN + OUTSIDE_SWING * swing + this.#weather;
    const lost = ((this.#inside - this.#outside) / LOSES_IN_HOURS) * hours;
    const won = (isHeating ? HEATING_PER_HOUR : 0) + (isHome ? RESIDENT_PER_HOUR : 0);
    this.#inside += won * hours - lost;
  }
}

function tenths(degrees: number): number {
  return Math.round(degrees * 10) / 10;
}
