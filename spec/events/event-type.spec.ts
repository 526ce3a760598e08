import { describe, expect, it } from '@jest/globals';
import { createTestHub } from 'rxhome/testing';

const wrong: [string, unknown][] = [
  ['an empty text', ''],
  ['65 characters', 'x'.repeat(65)],
  ['undefined', undefined],
  ['null', null],
  ['a number', 5],
  ['a boolean', true],
  ['a symbol', Symbol('a')],
  ['an object', { type: 'a' }],
  ['a list', ['a']],
  ['a function', () => 'a'],
  ['a String object', new String('a')],
];

const refused = expect.objectContaining({
  name: 'InvalidEventTypeError',
  code: 'INVALID_EVENT_TYPE',
  message: expect.stringContaining('Expected an event type of 1 to 64 characters, got'),
});

describe('an event type', () => {
  it.each(wrong)(
    'is not %s: `fire`, `listen`, `listenOnce`, `on`, `waitFor` refuse it',
    async (_, given) => {
      const hub = createTestHub();
      const type = given as string;
      let heard = 0;
      hub.bus.listen('*', () => heard++);
      expect(() => hub.bus.fire(type)).toThrow(refused);
      expect(() => hub.bus.listen(type, () => undefined)).toThrow(refused);
      expect(() => hub.bus.listenOnce(type, () => undefined)).toThrow(refused);
      expect(() => hub.bus.on(type).subscribe()).toThrow(refused);
      await expect(hub.bus.waitFor(type)).rejects.toEqual(refused);
      expect(heard).toBe(0);
      expect(hub.bus.listenerCounts()).toEqual({ '*': 1 });
      expect(hub.errors).toEqual([]);
    },
  );

  it('is refused with the value, shortened if it is long', () => {
    const hub = createTestHub();
    expect(() => hub.bus.fire(5 as unknown as string)).toThrow('got `5`.');
    expect(() => hub.bus.fire('x'.repeat(300))).toThrow(/got `x{80}… \(300 characters\)`/);
  });

  it('has up to 64 characters, of any kind', () => {
    const hub = createTestHub();
    const heard: string[] = [];
    for (const type of ['x'.repeat(64), 'ü ß', '__proto__', 'constructor', 'toString', ' ']) {
      hub.bus.listen(type, (event) => heard.push(event.type));
      hub.bus.fire(type);
    }
    expect(heard).toHaveLength(6);
    expect(Object.keys(hub.bus.listenerCounts())).toContain('constructor');
  });

  it('that is refused inside a listener is a failure of that listener', () => {
    const hub = createTestHub();
    hub.bus.listen('a', () => hub.bus.fire(''));
    hub.bus.fire('a');
    expect(hub.errors).toEqual([expect.objectContaining({ source: 'listener', error: refused })]);
  });
});

describe('`fire` refuses, with nothing fired,', () => {
  it.each([
    ['a time that is none', { timeFired: NaN }],
    ['a time that is a text', { timeFired: '12:00' }],
    ['a context that is none', { context: { id: 'x' } }],
    ['a strange origin', { origin: 'mars' }],
  ])('%s', (_, options) => {
    const hub = createTestHub();
    let heard = 0;
    hub.bus.listen('a', () => heard++);
    expect(() => hub.bus.fire('a', {}, options as never)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION' }),
    );
    expect(heard).toBe(0);
  });
});

describe('a filter that is no function', () => {
  it('is refused by `on`', () => {
    const hub = createTestHub();
    expect(() => hub.bus.on('a', 'yes' as never)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION' }),
    );
  });
});

describe('an instant', () => {
  it.each([1e20, -1e20, 8.64e15 + 1])('that is no date (%d) is refused', (at) => {
    const hub = createTestHub();
    const refused = expect.objectContaining({ code: 'INVALID_OPTION' });
    hub.bus.listen('*', () => undefined);
    expect(() => hub.bus.fire('a', {}, { timeFired: at })).toThrow(refused);
    expect(() => hub.states.set('light.a', 'on', {}, { timestamp: at })).toThrow(refused);
  });

  it('of an event that lies far ahead does not put the time of all later ids there', () => {
    const hub = createTestHub();
    const ids: string[] = [];
    hub.bus.listen('a', ({ context }) => ids.push(context.id));
    hub.bus.fire('a');
    hub.bus.fire('a', {}, { timeFired: Date.UTC(9999, 0) });
    hub.bus.fire('a');
    expect([...ids].sort()).toEqual(ids);
    expect(ids[2]!.slice(0, 3)).toBe(ids[0]!.slice(0, 3));
  });
});
