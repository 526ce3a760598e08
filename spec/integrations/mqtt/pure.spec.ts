import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inFull } from '../../../src/integrations/mqtt/abbreviations.js';
import {
  parseAnnouncement,
  parseDiscoveryTopic,
} from '../../../src/integrations/mqtt/announcement.js';
import {
  hsToRgb,
  type Rgb,
  rgbToHs,
  rgbToXy,
  xyToRgb,
} from '../../../src/integrations/mqtt/color.js';
import { lightOn } from '../../../src/integrations/mqtt/control-schemas.js';
import { type LightConfig, SCHEMAS } from '../../../src/integrations/mqtt/discovery-schema.js';
import { commandOff, commandOn, readLight } from '../../../src/integrations/mqtt/light-message.js';
import { MqttMessage } from '../../../src/integrations/mqtt/message.js';
import { parseTemplate } from '../../../src/integrations/mqtt/template.js';
import { filterProblem, matches, topicProblem } from '../../../src/integrations/mqtt/topics.js';

const message = (payload: unknown, topic = 't'): MqttMessage =>
  new MqttMessage(
    topic,
    Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)),
  );

describe('templates', () => {
  it.each([
    ['{{ value }}', 'plain', 'plain'],
    ['{{value_json.x}}', { x: 'a' }, 'a'],
    ['{{ value_json["x"] }}', { x: 1.5 }, '1.5'],
    ["{{ value_json['a b'] }}", { 'a b': true }, 'True'],
    ['{{- value_json.a["b"].c[1] -}}', { a: { b: { c: [0, false] } } }, 'False'],
    ['  {{ value_json.x }}\n', { x: null }, 'None'],
    ['{{ value_json }}', { a: [1] }, '{"a":[1]}'],
    ['{{ value_json.x }}', { y: 1 }, undefined],
    ['{{ value_json.x.y }}', { x: 'text' }, undefined],
    ['{{ value_json.length }}', [1, 2], undefined],
    ['{{ value_json.toString }}', {}, undefined],
    ['{{ value_json.__proto__ }}', {}, undefined],
    ['{{ value_json[0] }}', ['first'], 'first'],
  ])('%s of %j is %j', (source, payload, expected) => {
    expect(parseTemplate(source)!(message(payload))).toBe(expected);
  });

  it.each([
    '',
    'value_json.x',
    '{{ }}',
    '{{ value_json.x | round(1) }}',
    '{{ value_json.x + 1 }}',
    '{{ value_jsonx }}',
    '{{ value_json. }}',
    '{{ value_json.x }} {{ value_json.y }}',
    '{% if value %}{{ value }}{% endif %}',
    '{{ value_json["a\\"b"] }}',
    '{{ value_json[x] }}',
    '{{ states("sensor.x") }}',
  ])('%j is none', (source) => {
    expect(parseTemplate(source)).toBeUndefined();
  });

  it('finds any name that stands in quotes', () => {
    const name = fc.string().filter((one) => !/["\\]/.test(one));
    fc.assert(
      fc.property(name, fc.string(), (key, value) => {
        const json = JSON.stringify(Object.fromEntries([[key, value]]));
        expect(parseTemplate(`{{ value_json["${key}"] }}`)?.(message(json))).toBe(value);
      }),
    );
  });

  it('never throws for what is written, only for what is sent', () => {
    fc.assert(fc.property(fc.string(), (source) => void parseTemplate(`{{ ${source} }}`)));
  });
});

describe('topics', () => {
  it.each([
    ['a/b', 'a/b', true],
    ['a/+', 'a/b', true],
    ['a/+', 'a/b/c', false],
    ['a/+', 'a', false],
    ['a/#', 'a', true],
    ['a/#', 'a/b/c', true],
    ['a/#', 'ab', false],
    ['#', 'a/b', true],
    ['#', '$SYS/x', false],
    ['+/x', '$SYS/x', false],
    ['$SYS/#', '$SYS/x', true],
    ['+/+', '/a', true],
    ['+', '/a', false],
    ['a/+/c', 'a//c', true],
  ])('the filter %s and the topic %s: %j', (filter, topic, expected) => {
    expect(matches(filter, topic)).toBe(expected);
  });

  it('match themselves, and `#`', () => {
    const level = fc.string().map((one) => one.replaceAll(/[/+#$]/g, '_'));
    fc.assert(
      fc.property(fc.array(level, { minLength: 1 }), (levels) => {
        const topic = levels.join('/');
        expect(matches(topic, topic)).toBe(true);
        expect(matches('#', topic)).toBe(true);
        expect(matches(levels.map(() => '+').join('/'), topic)).toBe(true);
        expect(matches(`${topic}/x`, topic)).toBe(false);
      }),
    );
  });

  it('have limits', () => {
    expect(topicProblem('a/b')).toBeUndefined();
    expect(filterProblem('a/+/#')).toBeUndefined();
    expect(topicProblem('ä'.repeat(32_767))).toBeUndefined();
    expect(topicProblem('ä'.repeat(32_768))).toBe('a topic of at most 65535 bytes');
  });

  it.each([
    ['homeassistant/sensor/a/config', 'sensor', 'a'],
    ['homeassistant/sensor/0x01/a-B_9/config', 'sensor', '0x01 a-B_9'],
  ])('%s announces a %s', (topic, component, id) => {
    expect(parseDiscoveryTopic(topic, 'homeassistant')).toEqual({ component, id });
  });

  it('may have a prefix of several levels', () => {
    const topic = parseDiscoveryTopic('my/home/sensor/a/config', 'my/home');
    expect(topic).toEqual({ component: 'sensor', id: 'a' });
  });
});

describe('abbreviations', () => {
  it('are written in full, with the base at either end of topics', () => {
    expect(
      inFull({
        '~': 'base/x',
        stat_t: '~/state',
        cmd_t: 'set/~',
        uniq_id: '~',
        avty: [{ t: '~/status', pl_avail: '~' }, 'odd'],
        dev: { ids: ['i'], mf: 'M', sw: '1', name: '~' },
        o: { name: 'z2m' },
        unknown_key: 1,
        toString: 2,
      }),
    ).toEqual({
      state_topic: 'base/x/state',
      command_topic: 'set/base/x',
      unique_id: '~',
      availability: [{ topic: 'base/x/status', payload_available: '~' }, 'odd'],
      device: { identifiers: ['i'], manufacturer: 'M', sw_version: '1', name: '~' },
      origin: { name: 'z2m' },
      unknown_key: 1,
      toString: 2,
    });
  });
});

describe('announcements', () => {
  it('have the defaults of Home Assistant', () => {
    const { config } = parseAnnouncement('switch', message({ cmd_t: 'a' }));
    expect(config).toMatchObject({
      payload_on: 'ON',
      payload_off: 'OFF',
      payload_available: 'online',
      payload_not_available: 'offline',
      availability_mode: 'latest',
      qos: 0,
      retain: false,
      enabled_by_default: true,
    });
  });

  it('write payloads as templates do', () => {
    const given = { stat_t: 'a', pl_on: true, pl_off: 0 };
    const { config } = parseAnnouncement('binary_sensor', message(given));
    expect(config).toMatchObject({ payload_on: 'True', payload_off: '0' });
  });

  it('name the topic whatever is wrong, and are never another error', () => {
    const components = fc.constantFrom(
      'sensor' as const,
      'binary_sensor' as const,
      'switch' as const,
      'light' as const,
    );
    fc.assert(
      fc.property(components, fc.jsonValue(), (component, value) => {
        try {
          parseAnnouncement(
            component,
            message({ stat_t: value, cmd_t: 'x', avty: value }, 'the/topic'),
          );
        } catch (error) {
          expect(error).toMatchObject({ code: 'MQTT_MESSAGE' });
          expect(String(error)).toContain('the/topic');
        }
      }),
    );
  });
});

describe('colors', () => {
  const byte = fc.integer({ min: 0, max: 255 });

  it.each([
    [
      [255, 0, 0],
      [0, 100],
      [0.6401, 0.33],
    ],
    [
      [0, 255, 0],
      [120, 100],
      [0.3, 0.6],
    ],
    [
      [0, 0, 255],
      [240, 100],
      [0.15, 0.06],
    ],
    [
      [255, 255, 255],
      [0, 0],
      [0.3127, 0.329],
    ],
  ])('%j is %j and %j', (rgb, hs, xy) => {
    expect(rgbToHs(rgb as unknown as Rgb)).toEqual(hs);
    expect(rgbToXy(rgb as unknown as Rgb)).toEqual(xy);
    expect(hsToRgb(hs as [number, number])).toEqual(rgb);
  });

  it('keep their hue on the way to degrees and back', () => {
    fc.assert(
      fc.property(byte, byte, (a, b) => {
        const bright: Rgb = [255, a, b]; // hue and saturation know no brightness
        expect(hsToRgb(rgbToHs(bright))).toEqual(bright);
      }),
    );
  });

  it('come back from the diagram nearly as they went', () => {
    fc.assert(
      fc.property(byte, byte, (a, b) => {
        const back = xyToRgb(rgbToXy([a, 255, b]));
        expect(Math.abs(back[0] - a)).toBeLessThanOrEqual(6);
        expect(back[1]).toBe(255);
        expect(Math.abs(back[2] - b)).toBeLessThanOrEqual(6);
      }),
    );
    expect(xyToRgb([0, 0])).toEqual([0, 0, 255]);
  });
});

describe('lights', () => {
  const config = (given: object = {}): LightConfig =>
    SCHEMAS.light.parse({ schema: 'json', command_topic: 'c', ...given });
  const wishes = (given: object): ReturnType<typeof lightOn.parse> => lightOn.parse(given);
  const all = { supported_color_modes: ['color_temp', 'hs', 'xy', 'rgb'], effect: true };

  it.each([
    [{}, {}, {}],
    [{ brightness: 100 }, {}, {}], // it cannot be dimmed
    [{ brightness: 100 }, { brightness: true }, { brightness: 100 }],
    [{ brightness: 1 }, { brightness: true, brightness_scale: 100 }, { brightness: 1 }],
    [{ brightness_pct: 50 }, { brightness: true, brightness_scale: 100 }, { brightness: 50 }],
    [{ color_temp: 300 }, all, { color_temp: 300 }],
    [{ color_temp: 300 }, { brightness: true }, {}],
    [{ hs_color: [120, 100] }, all, { color: { h: 120, s: 100 } }],
    [{ xy_color: [0.3, 0.6] }, all, { color: { x: 0.3, y: 0.6 } }],
    [
      { hs_color: [120, 100] },
      { supported_color_modes: ['rgb'] },
      { color: { r: 0, g: 255, b: 0 } },
    ],
    [{ xy_color: [0.3, 0.6] }, { supported_color_modes: ['hs'] }, { color: { h: 120, s: 100 } }],
    [{ rgb_color: [0, 255, 0] }, { supported_color_modes: ['xy'] }, { color: { x: 0.3, y: 0.6 } }],
    [{ effect: 'rainbow' }, all, { effect: 'rainbow' }],
    [{ effect: 'rainbow' }, {}, {}],
    [{ transition: 2, flash: 'long' }, {}, { transition: 2, flash: 10 }],
  ])('%j with %j sends %j', (wish, given, expected) => {
    expect(commandOn(wishes(wish), config(given))).toEqual({ state: 'ON', ...expected });
  });

  it('fade and flash also on the way out', () => {
    const off = commandOff(wishes({ transition: 1, flash: 'short' }), config());
    expect(off).toEqual({ state: 'OFF', transition: 1, flash: 2 });
  });

  it.each([
    [{ rgb_color: [1, 2, 3], hs_color: [1, 2] }, 'expected one color, got hs_color and rgb_color'],
    [{ brightness: 1, brightness_pct: 1 }, 'not both'],
    [{ brightness: 256 }, 'expected a number from 0 to 255'],
    [{ colour: 'red' }, 'colour'],
  ])('refuse %j', (wish, expected) => {
    expect(lightOn.safeParse({ entityId: 'x', ...wish }).error?.message).toContain(expected);
  });

  it('keep what a message does not tell', () => {
    const was = { isOn: true, brightness: 10, xy: [0.1, 0.2] };
    expect(readLight(message({ brightness: 127 }), config({ brightness_scale: 254 }), was)).toEqual(
      {
        ...was,
        brightness: 128,
      },
    );
    const odd = { brightness: 'x', color: { x: 1 }, color_temp: null, effect: 5, color_mode: 7 };
    expect(readLight(message(odd), config(), was)).toEqual(was);
    expect(readLight(message({ state: null }), config(), was)).toEqual({ ...was, isOn: null });
  });
});
