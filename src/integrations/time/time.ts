import { asyncScheduler } from 'rxjs';
import { defineIntegration, Entity, trackCron } from 'rxhome';
import { type ClockParts, clockParts } from './clock-parts.js';
import { type TimeOptions, timeOptions } from './options.js';

type ClockText = (parts: ClockParts) => string;

/** A text made of the time of day; a cron pattern says when it changes. */
class ClockEntity extends Entity {
  readonly #pattern: string;
  readonly #timeZone: string | undefined;
  readonly #text: ClockText;
  override readonly name: string;
  override readonly uniqueId: string;

  constructor(name: string, pattern: string, { time_zone }: TimeOptions, text: ClockText) {
    super();
    this.name = name;
    this.uniqueId = name.toLowerCase();
    this.#pattern = pattern;
    this.#timeZone = time_zone;
    this.#text = text;
  }

  override get state(): string {
    return this.#text(clockParts(asyncScheduler.now(), this.#timeZone));
  }

  override onAdded(): void {
    trackCron(this.hub, () => this.writeState(), this.#pattern, {
      name: this.name,
      ...(this.#timeZone !== undefined && { timeZone: this.#timeZone }),
    });
  }
}

/** `sensor.time` (`06:30`) and `sensor.date` (`2030-03-01`), for automations and pages. */
export const time = defineIntegration<TimeOptions>({
  domain: 'time',
  configSchema: timeOptions,

  setupEntry: (hub, entry) => hub.configEntries.forwardEntrySetups(entry, ['sensor']),

  platforms: {
    sensor: {
      setupEntry: (_hub, { data }, { addEntities }) =>
        addEntities([
          new ClockEntity('Time', '* * * * *', data, ({ hour, minute }) => `${hour}:${minute}`),
          new ClockEntity('Date', '0 0 * * *', data, (of) => `${of.year}-${of.month}-${of.day}`),
        ]),
    },
  },
});
