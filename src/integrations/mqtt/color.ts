/** Red, green and blue, 0 to 255 each. */
export type Rgb = readonly [red: number, green: number, blue: number];
/** Hue in degrees, saturation in percent. */
export type Hs = readonly [hue: number, saturation: number];
/** A point in the CIE 1931 diagram. */
export type Xy = readonly [x: number, y: number];

/** The color at full brightness. */
export function hsToRgb([hue, saturation]: Hs): Rgb {
  const s = saturation / 100;
  const part = (offset: number): number => {
    const k = (offset + hue / 60) % 6;
    return Math.round(255 * (1 - s * Math.max(0, Math.min(k, 4 - k, 1))));
  };
  return [part(5), part(3), part(1)];
}

export function rgbToHs([red, green, blue]: Rgb): Hs {
  const most = Math.max(red, green, blue);
  const span = most - Math.min(red, green, blue);
  if (span === 0) return [0, 0];
  let sixths: number;
  if (most === red) sixths = ((green - blue) / span + 6) % 6;
  else if (most === green) sixths = (blue - red) / span + 2;
  else sixths = (red - green) / span + 4;
  return [rounded(60 * sixths, 3), rounded((100 * span) / most, 3)];
}

/** By the primaries of sRGB and white at D65. Black has no color, and is taken for white. */
export function rgbToXy(rgb: Rgb): Xy {
  const [r, g, b] = rgb.map((part) => linear(part / 255)) as [number, number, number];
  const x = 0.4124 * r + 0.3576 * g + 0.1805 * b;
  const y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  const z = 0.0193 * r + 0.1192 * g + 0.9505 * b;
  const sum = x + y + z;
  return sum === 0 ? [0.3127, 0.329] : [rounded(x / sum, 4), rounded(y / sum, 4)];
}

/** At full brightness; what no lamp can show becomes the next that one can. */
export function xyToRgb([x, y]: Xy): Rgb {
  if (y === 0) return [0, 0, 255];
  const capitalX = x / y;
  const capitalZ = (1 - x - y) / y;
  const parts = [
    3.2406 * capitalX - 1.5372 - 0.4986 * capitalZ,
    -0.9689 * capitalX + 1.8758 + 0.0415 * capitalZ,
    0.0557 * capitalX - 0.204 + 1.057 * capitalZ,
  ].map((part) => Math.max(0, part));
  const most = Math.max(...parts);
  const bytes = parts.map((part) => Math.round(255 * curved(most > 0 ? part / most : 1)));
  return bytes as unknown as Rgb;
}

function linear(part: number): number {
  return part > 0.04045 ? ((part + 0.055) / 1.055) ** 2.4 : part / 12.92;
}

function curved(part: number): number {
  return part > 0.0031308 ? 1.055 * part ** (1 / 2.4) - 0.055 : 12.92 * part;
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
