import { describe, expect, it } from '@jest/globals';
import { Context, type Hub, InvalidOptionError, type JobTarget, sleep } from 'rxhome';
import {
  createTestHub,
  type EventRecording,
  fakeEntity,
  marbles,
  mockService,
  type Recorded,
  recordEvents,
  replay,
  type TestHub,
  toMarbles,
} from 'rxhome/testing';

type SetUp = (hub: Hub) => void;

/** What happens in a hub in which something is set up, as it is recorded. */
async function recorded(
  happen: (hub: TestHub) => unknown,
  setUp: SetUp = () => undefined,
  before: SetUp = () => undefined,
): Promise<EventRecording> {
  await using hub = createTestHub({ leaks: 'ignore' });
  before(hub);
  setUp(hub);
  await hub.advance(0);
  const recording = recordEvents(hub);
  await happen(hub);
  await hub.advance(0);
  recording.stop();
  return recording;
}

/** Runs a text of `toMarbles` as the test that it is. */
async function run(text: string, setUp?: SetUp): Promise<void> {
  const body = text.replace('// What is tested is set up here.', 'setUp(hub);');
  const parameters = ['marbles', 'replay', 'setUp'];
  const AsyncFunction = (async () => undefined).constructor as FunctionConstructor;
  const test = new AsyncFunction(...parameters, body) as (...args: unknown[]) => Promise<void>;
  await test(marbles, replay, setUp ?? (() => undefined));
}

const motionLight: SetUp = (hub) => {
  const turnOn: JobTarget<[], unknown> = async () => {
    await hub.services.call('light', 'turn_on', {}, { target: { entityId: 'light.hall' } });
    hub.bus.fire('light_shown', { at: 'hall' });
    await sleep(60_000);
    await hub.services.call('light', 'turn_off', {}, { target: { entityId: 'light.hall' } });
  };
  hub.bus.listen('motion', turnOn);
};

describe('the text of toMarbles', () => {
  it('passes as it stands when everything came from outside', async () => {
    const recording = await recorded(
      async (hub) => {
        hub.states.set('light.hall', 'on', { brightness: 80 });
        await hub.advance(1);
        hub.bus.fire('doorbell', { door: 'front' });
        await hub.advance('10s');
        hub.states.set('light.hall', 'off');
        hub.states.set('light.hall', 'off', { brightness: 7 });
        hub.bus.fire('doorbell', { door: 'back' });
        hub.bus.fire('doorbell', { door: 'front' });
        await hub.advance('2h');
        hub.bus.fire('alarm');
        hub.states.remove('light.hall');
        hub.states.set('light.porch', 21.5);
      },
      undefined,
      (hub) => hub.states.set('light.hall', 'off', { brightness: 3 }),
    );
    const text = toMarbles(recording);
    await run(text);
    expect(text).toBe(
      [
        'await marbles(async ({ hub, expectEvents, expectStates }) => {',
        "  hub.states.set('light.hall', 'off', { brightness: 3 });",
        '  // What is tested is set up here.',
        "  expectStates('light.hall').toBe('off on 10s1ms off 2h none');",
        "  expectStates('light.porch').toBe('none 2h10s1ms 21.5');",
        "  expectEvents('doorbell').toBe('-a 9999ms (ba)', { a: { door: 'front' }, b: { door: 'back' } });",
        "  expectEvents('alarm').toBe('7210001ms a', { a: {} });",
        '  await replay(hub, [',
        "    { at: 0, type: 'state_changed', data: { entityId: 'light.hall', oldState: { state: 'off', attributes: { brightness: 3 } }, newState: { state: 'on', attributes: { brightness: 80 } } } },",
        "    { at: 1, type: 'doorbell', data: { door: 'front' } },",
        "    { at: 10001, type: 'state_changed', data: { entityId: 'light.hall', oldState: { state: 'on', attributes: { brightness: 80 } }, newState: { state: 'off', attributes: {} } } },",
        "    { at: 10001, type: 'state_changed', data: { entityId: 'light.hall', oldState: { state: 'off', attributes: {} }, newState: { state: 'off', attributes: { brightness: 7 } } } },",
        "    { at: 10001, type: 'doorbell', data: { door: 'back' } },",
        "    { at: 10001, type: 'doorbell', data: { door: 'front' } },",
        "    { at: 7210001, type: 'alarm', data: {} },",
        "    { at: 7210001, type: 'state_changed', data: { entityId: 'light.hall', oldState: { state: 'off', attributes: { brightness: 7 } }, newState: null } },",
        "    { at: 7210001, type: 'state_changed', data: { entityId: 'light.porch', oldState: null, newState: { state: '21.5', attributes: {} } } },",
        '  ]);',
        '});',
      ].join('\n'),
    );
    await expect(run(text.replace('off 2h', 'off 1h'))).rejects.toThrow('light.hall');
    await expect(run(text.replace("a: { door: 'front'", "a: { door: 'side'"))).rejects.toThrow(
      'doorbell',
    );
  });

  it('passes with what was recorded, and fails without', async () => {
    const setUp: SetUp = (hub) => {
      fakeEntity(hub, 'light.hall');
      motionLight(hub);
    };
    const text = toMarbles(
      await recorded(async (hub) => {
        await hub.advance('3s');
        hub.bus.fire('motion', { room: 'hall' });
        await hub.advance('2m');
        hub.bus.fire('motion', { room: 'hall' });
        await hub.advance('2m');
      }, setUp),
    );
    expect(text).toContain("expectStates('light.hall').toBe('off on 1m off 1m on 1m off')");
    expect(text.match(/type: 'motion'/g)).toHaveLength(2);
    expect(text.slice(text.indexOf('await replay'))).not.toMatch(/call_service|light_shown/);
    await run(text, setUp);
    await expect(run(text)).rejects.toThrow('light.hall');
  });

  it('passes for calls from outside, with the services and without', async () => {
    const call = (hub: Hub): unknown =>
      hub.services.call('meter', 'read', { of: 1 }, { returnResponse: true });
    const setUp: SetUp = (hub) => void mockService(hub, 'meter', 'read', { watts: 5 });
    const text = toMarbles(await recorded(call, setUp));
    await run(text, setUp);
    await run(text);
    await run(text, (hub) =>
      hub.services.register('meter', 'read', () => ({}), { supportsResponse: 'only' }),
    );
    expect(text).toContain("{ domain: 'meter', service: 'read', serviceData: { of: 1 } }");
  });

  it('begins with the first event, whatever the hub did by itself before', async () => {
    const setUp: SetUp = (hub) => {
      hub.bus.listen('homeassistant_started', () => hub.states.set('sensor.boot', 'done'));
    };
    const text = toMarbles(
      await recorded(async (hub) => {
        hub.services.register('a', 'b', () => undefined);
        await hub.advance('5s');
        await hub.start();
        await hub.advance('5s');
        hub.bus.fire('doorbell');
      }, setUp),
    );
    expect(text).toContain("expectEvents('doorbell').toBe('5000ms a', { a: {} });");
    expect(text).not.toMatch(/homeassistant|service_/);
    await run(text);
  });

  it.each([
    'not home',
    "it's",
    "it's  so",
    'none',
    '',
    '5s',
    '12',
    'on,off',
    '-1',
    'é',
    '"',
    '7kg',
    'a\\b',
  ])('holds the text %j', async (state) => {
    const recording = await recorded(async (hub) => {
      hub.states.set('sensor.x', 'first');
      await hub.advance(5);
      hub.states.set('sensor.x', state);
    });
    const text = toMarbles(recording);
    expect(text).toContain("expectStates('sensor.x').toBe(");
    await run(text);
  });

  it.each([`"it's" so`, '-'])('leaves out %j, which is no word, and says so', async (state) => {
    const text = toMarbles(await recorded((hub) => hub.states.set('sensor.x', state)));
    expect(text).toContain('// sensor.x: it has a text that cannot be written as a word.');
    await run(text);
  });

  it('leaves out events that are too close to each other, and says so', async () => {
    const text = toMarbles(
      await recorded(async (hub) => {
        hub.bus.fire('a', { n: 1 });
        hub.bus.fire('a', { n: 2 });
        await hub.advance(1);
        hub.bus.fire('a', { n: 3 });
      }),
    );
    expect(text).toContain('// a: 3 events too close to each other to be drawn.');
    await run(text);
  });

  it('has a letter for each of a hundred', async () => {
    const text = toMarbles(
      await recorded(async (hub) => {
        for (let n = 0; n < 100; n++) {
          hub.bus.fire('count', { n });
          await hub.advance(1);
        }
      }),
    );
    await run(text);
    await expect(run(text.replace('{ n: 99 }', '{ n: 98 }'))).rejects.toThrow('count');
  });

  it('holds whatever data can be written down', async () => {
    const data = {
      date: new Date(5),
      map: new Map([['a', new Set([1])]]),
      big: 12n,
      odd: [-0, NaN, -Infinity, undefined, null, [[]], {}],
      text: `a 'b' "c" \`d\` \${e}\n\u0000`,
      'not-a-name': { 1: true, ünï: '' },
      error: new Error('no'),
      json: { toJSON: () => ({ is: 'plain' }) },
      ['__proto__']: 1,
    };
    Object.defineProperty(data, '__proto__', { value: { own: 1 }, enumerable: true });
    const text = toMarbles(await recorded((hub) => hub.bus.fire('all', data)));
    await run(text);
    expect(text).toContain("['__proto__']: { own: 1 }");
    expect(text).toContain("json: { is: 'plain' }");
  });

  it('refuses data that cannot be written down', async () => {
    const around: Record<string, unknown> = {};
    around['itself'] = around;
    for (const wrong of [() => undefined, Symbol('x'), around]) {
      const recording = await recorded((hub) => hub.bus.fire('x', { wrong }));
      expect(() => toMarbles(recording)).toThrow(InvalidOptionError);
    }
  });

  it('of nothing is a test that passes', async () => {
    const text = toMarbles([]);
    await run(text);
    expect(text).toContain('await replay(hub, [');
  });
});

describe('replay', () => {
  const data = (recording: EventRecording): unknown[] =>
    recording.events.map((event) => [event.type, { ...event.data }]);

  it.each(['events', 'wire'])('plays what comes from outside again, from %s', async (form) => {
    const recording = await recorded(async (hub) => {
      hub.bus.fire('first', { n: 1 });
      await hub.advance('1d');
      hub.states.set('light.hall', 'on', { deep: [1] });
    });
    const given: Recorded =
      form === 'events' ? recording : (JSON.parse(JSON.stringify(recording.events)) as never);
    await using hub = createTestHub();
    const again = recordEvents(hub);
    const begin = hub.clock?.frame ?? 0;
    const played = replay(hub, given);
    await hub.advance('1d');
    await played;
    expect((hub.clock?.frame ?? 0) - begin).toBe(86_400_000);
    expect(again.types).toEqual(['first', 'state_changed']);
    expect(data(again)[0]).toEqual(data(recording)[0]);
    expect(hub.states.get('light.hall')).toMatchObject({ state: 'on', attributes: { deep: [1] } });
    again.stop();
  });

  it('goes by the order of the recording when a clock was set back', async () => {
    await using hub = createTestHub();
    const at = (type: string, time: number): object => ({ type, at: time });
    const again = recordEvents(hub);
    await replay(hub, [at('a', 9_000), at('b', 9_000), at('c', 1_000)] as never);
    expect(again.types).toEqual(['a', 'b', 'c']);
    again.stop();
  });

  it('of such a recording is a test that passes', async () => {
    const text = toMarbles([
      { at: 1_000, type: 'a' },
      { at: 9_000, type: 'b' },
      { at: 5_000, type: 'a' },
    ]);
    expect(text).toContain("expectEvents('a').toBe('a 7999ms a', { a: {} });");
    await run(text);
  });

  it('tells of a call as a call, whether the service is there or not', async () => {
    await using hub = createTestHub();
    const again = recordEvents(hub);
    const call = { domain: 'light', service: 'turn_on', serviceData: { brightness: 5 } };
    await replay(hub, [{ at: 0, type: 'call_service', data: call }]);
    expect(JSON.parse(JSON.stringify(again.events[0])).data).toEqual({
      domain: 'light',
      service: 'turn_on',
      service_data: { brightness: 5 },
    });
    again.stop();
  });

  it('reports a call that fails, and goes on', async () => {
    await using hub = createTestHub();
    mockService(hub, 'a', 'b', new Error('broken'));
    const call = { domain: 'a', service: 'b', serviceData: {} };
    await replay(hub, [{ at: 0, type: 'call_service', data: call }]);
    await replay(hub, [{ at: 0, type: 'after' }]);
    await hub.advance(1);
    expect(hub.errors).toMatchObject([{ error: { message: 'broken' } }]);
  });

  it('knows what the recording itself led to', async () => {
    const cause = new Context();
    const recording = await recorded((hub) => {
      hub.bus.fire(
        'effect_of_something_before',
        {},
        { context: new Context({ parentId: cause.id }) },
      );
      hub.bus.fire('cause', {}, { context: cause });
      hub.bus.fire('effect', {}, { context: new Context({ parentId: cause.id }) });
      hub.bus.fire('same_doing', {}, { context: cause });
    });
    await using hub = createTestHub();
    const again = recordEvents(hub);
    await replay(hub, recording);
    expect(again.types).toEqual(['effect_of_something_before', 'cause']);
    again.stop();
  });

  it.each([
    null,
    undefined,
    7,
    'events',
    {},
    [null],
    [7],
    [{}],
    [{ type: 'x' }],
    [{ type: 'x', at: NaN }],
    [{ type: 'x', at: 0, data: 7 }],
    [{ event_type: 'x', time_fired: 'never' }],
    { events: 7 },
  ])('refuses %j', async (wrong) => {
    await using hub = createTestHub();
    await expect(replay(hub, wrong as never)).rejects.toBeInstanceOf(InvalidOptionError);
    expect(() => toMarbles(wrong as never)).toThrow(InvalidOptionError);
  });
});
