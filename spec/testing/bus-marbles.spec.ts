import { describe, expect, it } from '@jest/globals';
import { UpdateFailed } from 'rxhome';
import { expectNoLeaks, marbles, type HubMarbleTest } from 'rxhome/testing';

/** The message with which a marble test fails. */
async function failure(body: (test: HubMarbleTest) => unknown): Promise<string> {
  const error = await marbles(body).then(
    () => new Error('it passed'),
    (thrown: unknown) => thrown as Error,
  );
  return error.message;
}

describe('expectEvents', () => {
  it('compares the events of a type with their data, whether somebody listens or not', () =>
    marbles(async ({ hub, advance, expectEvents }) => {
      expectEvents('bell').toBe('a 2s b(aa)', { a: { door: 'front' }, b: { door: 'back' } });
      hub.bus.fire('bell', { door: 'front' });
      await advance(2_001);
      hub.bus.fire('bell', { door: 'back' });
      await advance(1);
      hub.bus.fire('bell', { door: 'front' });
      hub.bus.fire('other');
      hub.bus.fire('bell', { door: 'front' });
    }));

  it('counts from the call, and adds nothing that the test could see', () =>
    marbles(async ({ hub, advance, expectEvents }) => {
      hub.bus.fire('bell');
      await advance('1m');
      const before = hub.bus.listenerCounts();
      expectEvents('bell').toBe('-x');
      expect(hub.bus.listenerCounts()).toEqual(before);
      expectNoLeaks(hub);
      await advance(1);
      hub.bus.fire('bell');
    }));

  it('takes any data when no values are given, and matchers', () =>
    marbles(({ hub, expectEvents }) => {
      expectEvents('bell').toBe('(ab)');
      expectEvents('bell').toBe('(mm)', { m: { door: expect.any(String) } });
      hub.bus.fire('bell', { door: 'front' });
      hub.bus.fire('bell', { door: 'back' });
    }));

  it('takes all types but those that MATCH_ALL does not hear', () =>
    marbles(({ hub, expectEvents }) => {
      expectEvents().toBe('(abc)', {
        a: 'state_changed',
        b: { type: 'bell' },
        c: { type: 'bell', data: { door: 'back' } },
      });
      expectEvents('*').toBe('(sbb)', {
        s: { type: 'state_changed', data: expect.objectContaining({ entityId: 'light.hall' }) },
        b: expect.objectContaining({ type: 'bell' }),
      });
      expectEvents('state_reported').toBe('x');
      hub.states.set('light.hall', 'on');
      hub.states.set('light.hall', 'on');
      hub.bus.fire('bell', { door: 'front' });
      hub.bus.fire('bell', { door: 'back' });
    }));

  it('draws both and points at the first difference', async () => {
    const message = await failure(async ({ hub, advance, expectEvents }) => {
      expectEvents('bell').toBe('a-b', { a: { n: 1 }, b: { n: 2 } });
      hub.bus.fire('bell', { n: 1 });
      await advance(2);
      hub.bus.fire('bell', { n: 3 });
      hub.bus.fire('bell', { n: 1 });
    });
    expect(message).toBe(
      [
        'The events `bell` did not do what was expected.',
        '',
        '  expected  a-b---',
        '  actual    a-(Aa)',
        '              ^ at 2 ms',
        '',
        '  expected b = { n: 2 } at 2 ms',
        '  but got  A = { n: 3 } at 2 ms',
        '  where a = { n: 1 }',
        '  where b = { n: 2 }',
        '  where A = { n: 3 }',
        '',
      ].join('\n'),
    );
  });

  it('shows matchers by what they say', async () => {
    const a = { list: [expect.any(Number)], fields: expect.objectContaining({ n: 1 }) };
    expect(await failure(({ expectEvents }) => expectEvents('bell').toBe('a', { a }))).toContain(
      'expected a = { list: [ Any<Number> ], fields: ObjectContaining { n: 1 } } at 0 ms',
    );
  });

  it('points at the line of the expectation', async () => {
    const error = await marbles(({ expectEvents }) => expectEvents('bell').toBe('a')).catch(
      (thrown: unknown) => thrown as Error,
    );
    expect(error?.stack).toMatch(/\n\s+at .*spec\/testing\/bus-marbles\.spec\.ts/);
    expect(error?.stack).not.toContain('src/testing');
  });

  it('names what is missing and what is too much', async () => {
    expect(await failure(({ expectEvents }) => expectEvents('bell').toBe('-a'))).toContain(
      '  expected a at 1 ms\n  but got  nothing more',
    );
    const ring = ({ hub, expectEvents }: HubMarbleTest): void => {
      expectEvents('bell').toBe('');
      hub.bus.fire('bell', { n: 1 });
    };
    expect(await failure(ring)).toContain('  expected nothing\n  but got  A = { n: 1 } at 0 ms');
    const flood = ({ hub, expectEvents }: HubMarbleTest): void => {
      expectEvents('bell').toBe('a', { a: { n: 0 } });
      for (let n = 0; n < 100; n++) hub.bus.fire('bell', { n });
    };
    expect(await failure(flood)).toContain('\n  and 88 more came\n');
  });

  it.each([
    ['the body', ''],
    ['the longest diagram', '10s'],
  ])('looks as far as %s goes, and no further', (_, diagram) =>
    marbles(async ({ hub, advance, expectEvents, expectStates }) => {
      const timer = setInterval(() => hub.bus.fire('tick'), 3_000);
      hub.scope.own(() => clearInterval(timer));
      expectEvents('tick').toBe('3s a 2999ms b 2999ms c 999ms');
      expectStates('light.hall').toBe(diagram);
      if (diagram === '') await advance('10s');
    }),
  );

  it('waits for the steps of `at`', async () => {
    const late = ({ hub, at, expectEvents }: HubMarbleTest): void => {
      expectEvents('bell').toBe('');
      at('1h', async () => {
        await Promise.resolve();
        hub.bus.fire('bell');
      });
    };
    expect(await failure(late)).toContain('but got  A = {} at 3600000 ms');
  });

  it('goes as far as the last step of `at`, however far that is', () =>
    marbles(({ clock, at }) => {
      at('60d', () => expect(clock.frame).toBe(60 * 86_400_000));
    }));

  it('draws the letter that was expected, where several would do', async () => {
    const late = async ({ hub, advance, expectEvents }: HubMarbleTest): Promise<void> => {
      expectEvents('bell').toBe('a-b', { b: expect.anything(), a: expect.anything() });
      expectEvents('bell').toBe('c-d');
      hub.bus.fire('bell');
      await advance(3);
      hub.bus.fire('bell');
    };
    const message = await failure(late);
    expect(message).toContain('  expected  a-b-\n  actual    a--b\n              ^ at 2 ms');
    expect(message).toContain('  expected  c-d-\n  actual    c--d\n              ^ at 2 ms');
  });

  it('reads hours and days, also at the end of a diagram', () =>
    marbles(({ hub, at, expectEvents, clock }) => {
      expectEvents('bell').toBe('2h a 1d');
      at('2h', () => hub.bus.fire('bell'));
      at('26h', () => expect(clock.frame).toBe(26 * 3_600_000));
    }));

  it.each([
    ['(ab', 'half a group'],
    ['a|', 'The diagram `a|` shows `|`: what happens in a hub has no end'],
    ['a#', 'shows `#`'],
    ['-^-a', 'shows `^`'],
    [7 as never, 'Expected a marble diagram, got `7`.'],
  ])('refuses the diagram %p', async (diagram, message) => {
    expect(await failure(({ expectEvents }) => expectEvents('bell').toBe(diagram))).toContain(
      message,
    );
  });

  it('refuses values that can stand for nothing', async () => {
    const toBe = (values: unknown, type?: string) =>
      failure(({ expectEvents }) => expectEvents(type as 'x').toBe('a', values as never));
    expect(await toBe('b', 'bell')).toBe(
      'Expected values such as `{ a: … }` for the diagram `a`, got `b`.',
    );
    expect(await toBe({ b: {} }, 'bell')).toContain(
      'shows `a`, which the values do not have (they have `b`)',
    );
    expect(await toBe({ a: 'front' }, 'bell')).toBe(
      "Expected the data of an event as the value `a`, got 'front'.",
    );
    expect(await toBe({ a: { typ: 'bell' } })).toBe(
      "Expected an event type or `{ type, data }` as the value `a`, got { typ: 'bell' }.",
    );
    expect(await toBe({}, '')).toContain('Expected an event type of 1 to 64 characters');
  });
});

describe('expectServiceCalls', () => {
  const callTwice = async ({ hub, advance }: HubMarbleTest): Promise<void> => {
    for (const name of ['turn_on', 'turn_off']) hub.services.register('light', name, () => 0);
    await advance('1s');
    await hub.services.call(
      'light',
      'turn_on',
      { brightness: 5 },
      { target: { entityId: 'light.a' } },
    );
    await advance('1s');
    await hub.services.call('light', 'turn_off');
  };

  it('compares the calls of a service, of a domain, and all', () =>
    marbles(async (test) => {
      const { expectServiceCalls } = test;
      const data = { brightness: 5, entityId: 'light.a' };
      expectServiceCalls('light.turn_on').toBe('1s a', { a: data });
      expectServiceCalls('light.turn_on').toBe('1s a');
      expectServiceCalls('light').toBe('1s a 999ms b', { a: 'light.turn_on', b: 'light.turn_off' });
      expectServiceCalls().toBe('1s a 999ms b', {
        a: { service: 'light.turn_on', data },
        b: { service: expect.stringContaining('off') },
      });
      expectServiceCalls('switch').toBe('-');
      expectServiceCalls('light.toggle').toBe('-');
      await callTwice(test);
    }));

  it('shows what was called instead', async () => {
    const message = await failure(async (test) => {
      test.expectServiceCalls('light').toBe('1s a', { a: 'light.turn_off' });
      test.expectServiceCalls('light.turn_on').toBe('1s a', { a: { brightness: 6 } });
      await callTwice(test);
    });
    expect(message).toContain(
      [
        '1. The calls of `light` did not do what was expected.',
        '',
        '  expected   1000ms a 999ms -',
        '  actual     1000ms A 999ms a',
        '                    ^ at 1000 ms',
        '',
        "  expected a = 'light.turn_off' at 1000 ms",
        "  but got  A = 'light.turn_on' { brightness: 5, entityId: 'light.a' } at 1000 ms",
        "  where a = 'light.turn_off'",
      ].join('\n'),
    );
    expect(message).toContain('2. The calls of `light.turn_on` did not do what was expected.');
    expect(message).toContain("but got  A = { brightness: 5, entityId: 'light.a' } at 1000 ms");
  });

  it('refuses what is no service, and values that are no calls', async () => {
    expect(await failure(({ expectServiceCalls }) => expectServiceCalls('Light.on'))).toBe(
      'Expected a service like `light.turn_on` or a domain like `light`, got `Light.on`.',
    );
    expect(
      await failure(({ expectServiceCalls }) =>
        expectServiceCalls('light').toBe('a', { a: { data: {} } as never }),
      ),
    ).toContain('Expected a service like `light.turn_on` or `{ service, data }` as the value `a`');
    expect(
      await failure(({ expectServiceCalls }) =>
        expectServiceCalls('light.turn_on').toBe('a', { a: 'light.turn_on' }),
      ),
    ).toContain('Expected the data of a call as the value `a`');
  });
});

describe('expectErrors', () => {
  const fail = ({ hub }: HubMarbleTest, error: unknown): void => {
    hub.bus.listen('x', function lamp() {
      throw error;
    });
    hub.bus.fire('x');
  };

  it.each([
    ['text', 'no answer'],
    ['an expression', /^no answer from \w+$/],
    ['its class', UpdateFailed],
    ['the class below it', Error],
    ['an error like it', new UpdateFailed('no answer from lamp')],
    ['a report', { owner: 'hub', source: 'listener', name: 'lamp' }],
    ['a report with its error', { name: expect.any(String), error: /lamp$/ }],
    ['a matcher', expect.objectContaining({ message: 'no answer from lamp' })],
  ])('knows an error by %s', (_, a) =>
    marbles((test) => {
      test.expectErrors().toBe('a', { a });
      fail(test, new UpdateFailed('no answer from lamp', { cause: new Error('late') }));
    }),
  );

  it.each([
    ['text', 'an answer'],
    ['an expression', /^answer/],
    ['another class', RangeError],
    ['an error of another class', new Error('no answer from lamp')],
    ['an error with another message', new UpdateFailed('no answer')],
    ['a report', { owner: 'light' }],
    ['a report with another error', { name: 'lamp', error: TypeError }],
  ])('fails for %s that is not so', async (_, a) => {
    const message = await failure((test) => {
      test.expectErrors().toBe('a', { a });
      fail(test, new UpdateFailed('no answer from lamp'));
    });
    expect(message).toContain('The reported errors did not do what was expected.');
    expect(message).toContain(
      'but got  A = UpdateFailed: no answer from lamp (listener `lamp` of `hub`) at 0 ms',
    );
  });

  it('does not fail for what nobody expects, unless nothing was expected', async () => {
    await marbles((test) => fail(test, new Error('boom')));
    await marbles((test) => {
      test.expectErrors().toBe('a', { a: 'thrown text' });
      fail(test, 'thrown text');
    });
    const strict = (test: HubMarbleTest): void => {
      test.expectErrors().toBe('-');
      fail(test, new Error('boom'));
    };
    expect(await failure(strict)).toContain('expected nothing\n  but got  A = Error: boom');
  });

  it('refuses a value that no error can be', async () => {
    expect(
      await failure(({ expectErrors }) => expectErrors().toBe('a', { a: 5 as never })),
    ).toContain(
      'Expected text, a RegExp, an error, its class or fields of a report as the value `a`',
    );
  });
});

describe('expectations of the bus', () => {
  it('fail without `toBe`, each by its name', async () => {
    const message = await failure((test) => {
      test.expectEvents('x');
      test.expectStates('light.a');
      test.expectServiceCalls();
      test.expectErrors();
    });
    for (const tool of ['expectEvents', 'expectStates', 'expectServiceCalls', 'expectErrors'])
      expect(message).toContain(
        `An expectation has no \`toBe\`, so it expects nothing: \`${tool}\`.`,
      );
  });

  it('fail when they come after the test', async () => {
    const late = ({ hub, expectEvents }: HubMarbleTest): void => {
      hub.scope.own(() => expect(() => expectEvents('x')).toThrow('something in its body'));
    };
    expect(await failure(late)).toContain('`expectEvents` was called after the test had ended');
  });
});
