import { Random } from './random.js';

const MINUTE = 60;
const HOUR = 3600;
const WAKES_AT = 6.5 * HOUR;
const SLEEPS_AT = 23 * HOUR;
const LEAVES_FROM = 8 * HOUR;
const LEAVES_UNTIL = 17 * HOUR;

/** Somebody who lives in the flat: walks about, goes out, comes back, sleeps. */
export class Resident {
  readonly #rooms: readonly string[];
  readonly #random: Random;
  #room: string | null;
  #backInSeconds = 0;
  #hasMoved = false;
  #isAtDoor = false;

  constructor(rooms: readonly string[], seed: number) {
    this.#rooms = rooms;
    this.#random = new Random(seed, 'resident');
    this.#room = rooms.at(-1) ?? null;
  }

  /** `null`: out. */
  get room(): string | null {
    return this.#room;
  }

  /** Whether they moved in their room just now. */
  get hasMoved(): boolean {
    return this.#hasMoved;
  }

  /** Whether they went through the door just now. */
  get isAtDoor(): boolean {
    return this.#isAtDoor;
  }

  advance(seconds: number, timeOfDay: number): void {
    this.#isAtDoor = false;
    if (this.#room === null) {
      this.#backInSeconds -= seconds;
      this.#hasMoved = this.#backInSeconds <= 0;
      if (this.#hasMoved) this.#goThroughDoor(this.#rooms[0] ?? null);
      return;
    }
    if (timeOfDay < WAKES_AT || timeOfDay >= SLEEPS_AT) {
      this.#hasMoved = this.#random.happens(seconds, 90 * MINUTE); // turns over
      return;
    }
    const mayLeave = timeOfDay >= LEAVES_FROM && timeOfDay < LEAVES_UNTIL;
    if (mayLeave && this.#random.happens(seconds, 3 * HOUR)) {
      this.#backInSeconds = this.#random.between(0.5, 4) * HOUR;
      this.#goThroughDoor(null);
      return;
    }
    const walks = this.#random.happens(seconds, 20 * MINUTE);
    if (walks) this.#room = this.#random.oneOf(this.#rooms) ?? this.#room;
    this.#hasMoved = walks || this.#random.happens(seconds, 4 * MINUTE);
  }

  #goThroughDoor(room: string | null): void {
    this.#room = room;
    this.#isAtDoor = true;
  }
}
