import type { CommonConfig } from './discovery-schema.js';
import type { MqttMessage } from './message.js';
import type { ValueTemplate } from './template.js';

interface Watched {
  readonly topic: string;
  readonly online: string;
  readonly offline: string;
  readonly template: ValueTemplate | undefined;
}

/** Whether a device can be reached, by what is said on its topics. Without topics it can. */
export class Availability {
  readonly #watched: readonly Watched[];
  readonly #mode: CommonConfig['availability_mode'];
  readonly #online = new Map<Watched, boolean>();
  #latest = false;

  constructor(config: CommonConfig) {
    this.#watched = watchedIn(config);
    this.#mode = config.availability_mode;
  }

  get topics(): readonly string[] {
    return this.#watched.map(({ topic }) => topic);
  }

  get isAvailable(): boolean {
    if (this.#watched.length === 0) return true;
    if (this.#mode === 'latest') return this.#latest;
    const isOnline = (one: Watched): boolean => this.#online.get(one) ?? false;
    return this.#mode === 'all' ? this.#watched.every(isOnline) : this.#watched.some(isOnline);
  }

  /** Takes a message on one of the topics. What is neither of the two payloads changes nothing. */
  read(message: MqttMessage): void {
    for (const one of this.#watched) {
      if (one.topic !== message.topic) continue;
      const said = one.template ? one.template(message) : message.text;
      if (said !== one.online && said !== one.offline) continue;
      this.#latest = said === one.online;
      this.#online.set(one, this.#latest);
    }
  }
}

function watchedIn(config: CommonConfig): Watched[] {
  const { availability = [], availability_topic: topic } = config;
  const listed = availability.map((one) => ({
    topic: one.topic,
    online: one.payload_available,
    offline: one.payload_not_available,
    template: one.value_template,
  }));
  if (topic === undefined) return listed;
  return [
    {
      topic,
      online: config.payload_available,
      offline: config.payload_not_available,
      template: config.availability_template,
    },
  ];
}
