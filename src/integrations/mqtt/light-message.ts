import type { LightOn, TurnOff } from './control-schemas.js';
import { hsToRgb, rgbToHs, rgbToXy, type Rgb, xyToRgb } from './color.js';
import type { ColorMode, LightConfig } from './discovery-schema.js';
import { MqttMessageError } from './errors.js';
import { type MqttMessage, shown } from './message.js';

/** What is known of a light. What is `undefined` or missing was never told. */
export interface LightState {
  readonly isOn?: boolean | null;
  /** 0 to 255. */
  readonly brightness?: number;
  readonly colorMode?: string;
  /** Mireds. */
  readonly colorTemp?: number;
  readonly hs?: readonly number[];
  readonly xy?: readonly number[];
  readonly rgb?: readonly number[];
  readonly effect?: string;
}

const COLORS = { hs: ['h', 's'], xy: ['x', 'y'], rgb: ['r', 'g', 'b'] } as const;

/** The modes that it announces; without a list they follow from `brightness`. */
export function colorModes({ supported_color_modes: given, brightness }: LightConfig): ColorMode[] {
  if (given && given.length > 0) return given;
  return [brightness ? 'brightness' : 'onoff'];
}

/**
 * What a message of the JSON schema changes. What it does not tell stays as it was.
 *
 * @throws MqttMessageError when it is no object, or has a `state` that is none.
 */
export function readLight(message: MqttMessage, config: LightConfig, was: LightState): LightState {
  const { json, topic } = message;
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new MqttMessageError(
      `Expected the state of a light as an object on \`${topic}\`, got ${shown(message.text)}.`,
    );
  const said = json as Readonly<Record<string, unknown>>;
  const { brightness, color_mode: mode, color_temp: mireds, effect, color } = said;
  return {
    ...was,
    ...onOff(topic, said.state),
    ...(isNumber(brightness) && { brightness: scaled(brightness, 255 / config.brightness_scale) }),
    ...(typeof mode === 'string' && { colorMode: mode }),
    ...(isNumber(mireds) && { colorTemp: mireds }),
    ...(typeof effect === 'string' && { effect }),
    ...colorIn(color),
  };
}

/** The command by which a light does what is wished; what it cannot do is left out. */
export function commandOn(wishes: LightOn, config: LightConfig): Readonly<Record<string, unknown>> {
  const modes = colorModes(config);
  const { color_temp: mireds, effect } = wishes;
  const brightness = brightnessIn(wishes);
  const canDim = modes.some((mode) => mode !== 'onoff');
  return {
    state: 'ON',
    ...timing(wishes, config),
    ...(brightness !== undefined &&
      canDim && { brightness: Math.max(1, scaled(brightness, config.brightness_scale / 255)) }),
    ...(mireds !== undefined && modes.includes('color_temp') && { color_temp: mireds }),
    ...colorFor(wishes, modes),
    ...(effect !== undefined && config.effect && { effect }),
  };
}

export function commandOff(
  wishes: TurnOff,
  config: LightConfig,
): Readonly<Record<string, unknown>> {
  return { state: 'OFF', ...timing(wishes, config) };
}

/** The wished brightness, 0 to 255. */
export function brightnessIn({ brightness, brightness_pct: percent }: LightOn): number | undefined {
  return percent === undefined ? brightness : Math.round((255 * percent) / 100);
}

/** Whether it is wished as dark as off. */
export function isDark({ brightness, brightness_pct: percent }: LightOn): boolean {
  return brightness === 0 || percent === 0;
}

function timing({ transition, flash }: TurnOff, config: LightConfig): Record<string, unknown> {
  return {
    ...(transition !== undefined && { transition }),
    ...(flash && { flash: flash === 'short' ? config.flash_time_short : config.flash_time_long }),
  };
}

function onOff(topic: string, state: unknown): LightState {
  if (state === undefined) return {};
  if (state === 'ON') return { isOn: true };
  if (state === 'OFF') return { isOn: false };
  if (state === null) return { isOn: null };
  throw new MqttMessageError(
    `Expected \`ON\` or \`OFF\` as \`state\` on \`${topic}\`, got ${shown(JSON.stringify(state))}.`,
  );
}

function colorIn(color: unknown): LightState {
  if (typeof color !== 'object' || color === null) return {};
  const parts = color as Readonly<Record<string, unknown>>;
  const found = Object.entries(COLORS).flatMap(([name, keys]) => {
    const values = keys.map((key) => parts[key]);
    return values.every(isNumber) ? [[name, values] as const] : [];
  });
  return Object.fromEntries(found);
}

/** As the light wants it: in a form that it takes, which may be another than the wished one. */
function colorFor(
  { hs_color: hs, xy_color: xy, rgb_color: rgb }: LightOn,
  modes: readonly ColorMode[],
): Readonly<Record<string, unknown>> {
  let wished: Rgb;
  if (rgb) wished = rgb;
  else if (hs) wished = hsToRgb(hs);
  else if (xy) wished = xyToRgb(xy);
  else return {};
  if (modes.includes('xy') && (xy || !modes.includes('hs')))
    return named('xy', xy ?? rgbToXy(wished));
  if (modes.includes('hs')) return named('hs', hs ?? rgbToHs(wished));
  return modes.includes('rgb') ? named('rgb', wished) : {};
}

function named(kind: keyof typeof COLORS, values: readonly number[]): Record<string, unknown> {
  return { color: Object.fromEntries(COLORS[kind].map((key, i) => [key, values[i]])) };
}

function scaled(value: number, factor: number): number {
  return Math.round(value * factor);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
