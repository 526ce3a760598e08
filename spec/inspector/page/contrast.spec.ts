import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const CSS = readFileSync(new URL('../../../src/inspector/page/theme.css', import.meta.url), 'utf8');

type Palette = ReadonlyMap<string, string>;

describe('contrast of the colours of the page', () => {
  const palettes = { dark: paletteOf('dark'), light: paletteOf('light') };
  const pairs = [...CSS.matchAll(/pairs ([\d.]+): (.+) on (.+)/g)].flatMap(
    ([, least, above, below]) =>
      words(above).flatMap((ink) =>
        words(below).map((ground) => [Number(least), ink, ground] as const),
      ),
  );

  it('both themes have the same names', () => {
    expect([...palettes.light.keys()]).toEqual([...palettes.dark.keys()]);
    expect(palettes.dark.size).toBeGreaterThan(25);
  });

  it('is declared for every colour that carries a text or a mark', () => {
    const named = new Set(pairs.flatMap(([, ink, ground]) => [ink, ground]));
    const only = ['line', 'grid', 'lamp', 'veil', 'shadow'];
    expect([...palettes.dark.keys()].filter((name) => !named.has(name))).toEqual(only);
    expect(pairs.length).toBeGreaterThan(90);
  });

  describe.each(['dark', 'light'] as const)('%s', (theme) => {
    it.each(pairs)('has at least %s for %s on %s', (least, ink, ground) => {
      const ratio = contrast(colorOf(palettes[theme], ink), colorOf(palettes[theme], ground));
      expect(ratio).toBeGreaterThanOrEqual(least);
    });
  });

  it('is measured as WCAG does', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
  });
});

function words(text: string | undefined): string[] {
  return (text ?? '').trim().split(/\s+/);
}

function paletteOf(theme: string): Palette {
  const block = new RegExp(`data-theme='${theme}'\\] \\{([^}]+)\\}`).exec(CSS)?.[1] ?? '';
  const found = [...block.matchAll(/--([\w-]+): ([^;]+);/g)];
  return new Map(found.map(([, name = '', value = '']) => [name, value]));
}

function colorOf(palette: Palette, name: string): string {
  const color = palette.get(name);
  if (color === undefined || !/^#[\da-f]{6}$/.test(color))
    throw new Error(`--${name} is ${String(color)}`);
  return color;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => parseInt(color.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
