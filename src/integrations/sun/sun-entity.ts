import { asyncScheduler } from 'rxjs';
import {
  Entity,
  isoTime,
  nextSunTime,
  type Place,
  type SunEvent,
  sunPosition,
  trackSun,
} from 'rxhome';

/** Where it rises and sets: half of it, seen through the air. */
const HORIZON_DEGREES = -0.349;
const HALF_A_MINUTE_DEGREES = 0.125;

const NEXT: readonly (readonly [attribute: string, event: SunEvent])[] = [
  ['next_dawn', 'dawn'],
  ['next_dusk', 'dusk'],
  ['next_rising', 'sunrise'],
  ['next_setting', 'sunset'],
  ['next_noon', 'solarNoon'],
  ['next_midnight', 'nadir'],
];

/** `sun.sun`: whether it is above the horizon, where it stands, and what it does next. */
export class SunEntity extends Entity {
  override entityId = 'sun.sun';
  override readonly name = 'Sun';
  readonly #place: Place;

  constructor(place: Place) {
    super();
    this.#place = place;
  }

  /** It changes with the events, to the moment; away from them its height tells. */
  override get state(): string {
    const at = asyncScheduler.now();
    const height = sunPosition(this.#place, at).elevation - HORIZON_DEGREES;
    const setting = nextSunTime('sunset', this.#place, at);
    const rising = nextSunTime('sunrise', this.#place, at);
    const isOnHorizon = Math.abs(height) < HALF_A_MINUTE_DEGREES;
    const isUp = isOnHorizon && setting !== null && rising !== null ? setting < rising : height > 0;
    return isUp ? 'above_horizon' : 'below_horizon';
  }

  override get attributes(): Readonly<Record<string, unknown>> {
    const at = asyncScheduler.now();
    const { elevation, azimuth } = sunPosition(this.#place, at);
    const attributes: Record<string, unknown> = {
      elevation: tenths(elevation),
      azimuth: tenths(azimuth),
    };
    for (const [attribute, event] of NEXT) {
      const time = nextSunTime(event, this.#place, at);
      attributes[attribute] = time === null ? null : isoTime(time);
    }
    return attributes;
  }

  override onAdded(): void {
    const write = (): void => this.writeState();
    trackSun(this.hub, write, 'sunrise', { ...this.#place, name: 'sunrise' });
    trackSun(this.hub, write, 'sunset', { ...this.#place, name: 'sunset' });
  }

  /** It moves: polling writes the state anew. */
  override update(): void {
    // Nothing is fetched.
  }
}

function tenths(degrees: number): number {
  return Math.round(degrees * 10) / 10;
}
