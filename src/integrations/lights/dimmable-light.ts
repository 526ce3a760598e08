import { type Entities, Entity } from 'rxhome';
import { z } from 'zod';

const BRIGHTEST = 255;
const FLOOR = 1;

const brightnessError = `expected a brightness from ${FLOOR} to ${BRIGHTEST}`;
const percentError = 'expected percent from 1 to 100';

/** What `light.turn_on` takes here: Home Assistant's names and units. */
const turnOn = z
  .strictObject({
    brightness: z
      .number({ error: brightnessError })
      .min(FLOOR, { error: brightnessError })
      .max(BRIGHTEST, { error: brightnessError })
      .optional(),
    brightness_pct: z
      .number({ error: percentError })
      .min(1, { error: percentError })
      .max(100, { error: percentError })
      .optional(),
  })
  .refine((data) => data.brightness === undefined || data.brightness_pct === undefined, {
    path: ['brightness_pct'],
    error: 'expected this or `brightness`, not both',
  });

const turnOff = z.strictObject({});

type TurnOn = z.infer<typeof turnOn>;

/** A light without a device: it is what it was told to be, and keeps its brightness while it is off. */
export abstract class DimmableLight extends Entity {
  override readonly shouldPoll = false;
  #isOn = false;
  #brightness = BRIGHTEST;

  get isOn(): boolean {
    return this.#isOn;
  }

  override get state(): string {
    return this.#isOn ? 'on' : 'off';
  }

  override get attributes(): Readonly<Record<string, unknown>> {
    return {
      supported_color_modes: ['brightness'],
      ...(this.#isOn && { color_mode: 'brightness', brightness: this.#brightness }),
    };
  }

  turnOn({ brightness, brightness_pct: percent }: TurnOn = {}): void {
    this.#isOn = true;
    if (percent !== undefined) this.#brightness = Math.round((percent * BRIGHTEST) / 100);
    else if (brightness !== undefined) this.#brightness = Math.round(brightness);
    this.writeState();
  }

  turnOff(): void {
    this.#isOn = false;
    this.writeState();
  }
}

/** The lights of a platform obey `light.turn_on`, `turn_off` and `toggle`. */
export function offerLights({ registerEntityService }: Entities): void {
  registerEntityService('turn_on', { schema: turnOn }, (light: DimmableLight, wishes) =>
    light.turnOn(wishes),
  );
  registerEntityService('turn_off', { schema: turnOff }, (light: DimmableLight) => light.turnOff());
  registerEntityService('toggle', { schema: turnOn }, (light: DimmableLight, wishes) =>
    light.isOn ? light.turnOff() : light.turnOn(wishes),
  );
}
