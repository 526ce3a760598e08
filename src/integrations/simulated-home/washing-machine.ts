import { Random } from './random.js';

const MINUTE = 60;
const HOUR = 3600;
const FROM = 9 * HOUR;
const UNTIL = 19 * HOUR;

interface Phase {
  readonly minutes: number;
  readonly watts: number;
}

const PROGRAM: readonly Phase[] = [
  { minutes: 18, watts: 2050 }, // heats
  { minutes: 30, watts: 160 }, // turns
  { minutes: 12, watts: 90 }, // rinses
  { minutes: 9, watts: 480 }, // spins
];

/** What it draws, from the moment somebody at home begins a wash to its end. */
export class WashingMachine {
  readonly #random: Random;
  #ranFor: number | null = null;
  #watts = 0;

  constructor(seed: number) {
    this.#random = new Random(seed, 'washing machine');
  }

  /** Watts. */
  get watts(): number {
    return this.#watts;
  }

  advance(seconds: number, timeOfDay: number, isHome: boolean): void {
    const noise = this.#random.between(0.92, 1.08);
    const mayBegin = isHome && timeOfDay >= FROM && timeOfDay < UNTIL;
    if (this.#ranFor !== null) this.#ranFor += seconds;
    else if (mayBegin && this.#random.happens(seconds, 5 * HOUR)) this.#ranFor = 0;
    const phase = this.#ranFor === null ? undefined : phaseAt(this.#ranFor);
    if (!phase) this.#ranFor = null;
    this.#watts = phase ? Math.round(phase.watts * noise) : 0;
  }
}

function phaseAt(ranFor: number): Phase | undefined {
  let end = 0;
  return PROGRAM.find(({ minutes }) => ranFor < (end += minutes * MINUTE));
}
