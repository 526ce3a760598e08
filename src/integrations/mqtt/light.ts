import type { LightOn, TurnOff } from './control-schemas.js';
import type { Controlled } from './controls.js';
import type { LightConfig } from './discovery-schema.js';
import {
  brightnessIn,
  colorModes,
  commandOff,
  commandOn,
  isDark,
  type LightState,
  readLight,
} from './light-message.js';
import { type EntityHost, MqttEntity, type Reader } from './mqtt-entity.js';

const KELVIN_TIMES_MIREDS = 1_000_000;

/** A light that speaks the JSON schema. */
export class MqttLight extends MqttEntity<LightConfig> implements Controlled {
  #light: LightState = {};

  constructor(config: LightConfig, host: EntityHost) {
    super('light', config, host);
  }

  get isOn(): boolean | null {
    return this.#light.isOn ?? null;
  }

  override get state(): string | null {
    return this.isOn === null ? null : this.isOn ? 'on' : 'off';
  }

  async turnOn(wishes: LightOn): Promise<void> {
    if (isDark(wishes)) {
      await this.turnOff(wishes);
      return;
    }
    const command = commandOn(wishes, this.config);
    await this.#send(command);
    if (!this.#isAssumed) return;
    const brightness = brightnessIn(wishes);
    this.#light = {
      ...this.#light,
      isOn: true,
      ...(brightness !== undefined && { brightness }),
      ...(wishes.effect !== undefined && { effect: wishes.effect }),
      ...colorOf(wishes),
    };
    this.show();
  }

  async turnOff(wishes: TurnOff): Promise<void> {
    await this.#send(commandOff(wishes, this.config));
    if (!this.#isAssumed) return;
    this.#light = { ...this.#light, isOn: false };
    this.show();
  }

  protected override readers(): readonly Reader[] {
    const { state_topic: topic } = this.config;
    if (topic === undefined) return [];
    return [
      {
        topic,
        read: (message) => (this.#light = readLight(message, this.config, this.#light)),
      },
    ];
  }

  protected override facts(): Readonly<Record<string, unknown>> {
    const { min_mireds, max_mireds, effect, effect_list } = this.config;
    const modes = colorModes(this.config);
    const hasTemperature = modes.includes('color_temp');
    return {
      supported_color_modes: modes,
      ...(hasTemperature && { min_mireds, max_mireds }),
      ...(effect && { effect_list }),
      ...(this.#isAssumed && { assumed_state: true }),
      ...(this.isOn && this.#shine()),
    };
  }

  /** What there is to tell of a light that is on. */
  #shine(): Readonly<Record<string, unknown>> {
    const { brightness, colorMode, colorTemp, hs, xy, rgb, effect } = this.#light;
    const modes = colorModes(this.config);
    const mode = colorMode ?? (modes.length === 1 ? modes[0] : undefined);
    const isWhite = mode === 'color_temp';
    return {
      color_mode: mode,
      brightness,
      effect,
      ...(isWhite
        ? { color_temp: colorTemp, color_temp_kelvin: kelvin(colorTemp) }
        : { hs_color: hs, xy_color: xy, rgb_color: rgb }),
    };
  }

  /** Nobody tells what it is: it is taken for what it was told to be. */
  get #isAssumed(): boolean {
    return this.config.optimistic || this.config.state_topic === undefined;
  }

  async #send(command: Readonly<Record<string, unknown>>): Promise<void> {
    const { command_topic, qos, retain } = this.config;
    await this.host.connection.publish(command_topic, JSON.stringify(command), { qos, retain });
  }
}

function kelvin(mireds: number | undefined): number | undefined {
  return mireds === undefined || mireds <= 0 ? undefined : Math.round(KELVIN_TIMES_MIREDS / mireds);
}

/** What a light without a voice is taken for, as for its color. */
function colorOf({ color_temp, hs_color, xy_color, rgb_color }: LightOn): LightState {
  if (color_temp !== undefined) return { colorMode: 'color_temp', colorTemp: color_temp };
  if (hs_color) return { colorMode: 'hs', hs: hs_color };
  if (xy_color) return { colorMode: 'xy', xy: xy_color };
  return rgb_color ? { colorMode: 'rgb', rgb: rgb_color } : {};
}
