import { Countdown } from './countdown.js';
import type { CommonConfig, Component } from './discovery-schema.js';
import { type EntityHost, MqttEntity } from './mqtt-entity.js';

interface ExpiringConfig extends CommonConfig {
  readonly expire_after?: number | undefined;
  readonly force_update: boolean;
}

/** An entity that only tells, and that is unavailable when it has told nothing for too long. */
export abstract class ExpiringEntity<Config extends ExpiringConfig> extends MqttEntity<Config> {
  readonly #expiry = new Countdown();
  #hasExpired: boolean;

  constructor(component: Component, config: Config, host: EntityHost) {
    super(component, config, host);
    this.#hasExpired = Boolean(config.expire_after);
  }

  override get available(): boolean {
    return super.available && !this.#hasExpired;
  }

  override get forceUpdate(): boolean {
    return this.config.force_update;
  }

  override onAdded(): void {
    this.hub.scope.own(() => this.#expiry.stop(), 'expiry');
    super.onAdded();
  }

  override configure(config: Config): void {
    if (config.expire_after !== this.config.expire_after) {
      this.#expiry.stop();
      this.#hasExpired = Boolean(config.expire_after);
    }
    super.configure(config);
  }

  /** It has told something: from now on it counts anew. */
  protected refresh(): void {
    const { expire_after: seconds } = this.config;
    if (!seconds) return;
    this.#hasExpired = false;
    this.#expiry.start(seconds, () => {
      this.#hasExpired = true;
      this.show();
    });
  }
}
