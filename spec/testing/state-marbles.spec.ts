import { describe, expect, it } from '@jest/globals';
import { marbles, type HubMarbleTest } from 'rxhome/testing';

/** The message with which a marble test fails. */
async function failure(body: (test: HubMarbleTest) => unknown): Promise<string> {
  const error = await marbles(body).then(
    () => new Error('it passed'),
    (thrown: unknown) => thrown as Error,
  );
  return error.message;
}

/** Off at first, on after 5 s, off 3 min later. */
function light({ hub, at }: HubMarbleTest): void {
  hub.states.set('light.hall', 'off');
  at('5s', () => hub.states.set('light.hall', 'on', { brightness: 5, color: 'red' }));
  at('185s', () => hub.states.set('light.hall', 'off', { brightness: 0 }));
}

describe('expectStates in words', () => {
  it.each([
    'off 5s on 3m off',
    '  off 5s\n   on 2m60s   off 1h',
    '\'off\' 5000ms "on" 1.5m 90s off',
    'off 0ms 5s on 180s off',
  ])('reads %p', (words) =>
    marbles((test) => {
      light(test);
      test.expectStates('light.hall').toBe(words);
    }),
  );

  it('begins with the state at the call, or the one set in the same breath', () =>
    marbles(({ hub, at, expectStates }) => {
      expectStates('light.hall').toBe('on 1s none 1s off');
      expectStates('light.hall').toBe('none on 1s none 1s off');
      expectStates('light.porch').toBe('none');
      expectStates('light.cellar').toBe('none 1s on');
      hub.states.set('light.hall', 'on');
      at('1s', () => hub.states.remove('light.hall'));
      at('1s', () => expectStates('light.hall').toBe('none 1s off'));
      at('1s', () => hub.states.set('light.cellar', 'on'));
      at('2s', () => hub.states.set('light.hall', 'off'));
    }));

  it('counts changes of the text alone', () =>
    marbles(({ hub, at, expectStates }) => {
      hub.states.set('light.hall', 'on');
      expectStates('light.hall').toBe('on 2s off');
      at('1s', () => hub.states.set('light.hall', 'on', { brightness: 5 }));
      at('1s', () => hub.states.set('light.hall', 'on', {}, { forceUpdate: true }));
      at('2s', () => hub.states.set('light.hall', 'off'));
      at('3s', () => hub.states.set('light.other', 'off'));
    }));

  it('takes quoted texts for what they are', () =>
    marbles(({ hub, at, expectStates }) => {
      hub.states.set('person.anna', 'not home');
      expectStates('person.anna').toBe(`'not home' 1s '5m' 1s 'none' 1s "it's" 1s '' 1s -5`);
      for (const [i, text] of ['5m', 'none', "it's", '', -5].entries())
        at((i + 1) * 1_000, () => hub.states.set('person.anna', text));
    }));

  it.each(['', '-', '---', ' ', '10m', '1h 30m'])('takes %p for no change', async (words) => {
    await marbles(({ hub, expectStates }) => {
      hub.states.set('light.hall', 'off');
      expectStates('light.hall').toBe(words);
      expectStates('light.none').toBe(words);
    });
    const change = (test: HubMarbleTest): void => {
      light(test);
      test.expectStates('light.hall').toBe(words);
    };
    expect(await failure(change)).toContain('  expected nothing more\n  but got  `on` after 5s');
  });

  it('shows both as words, and points at the first difference', async () => {
    const message = await failure((test) => {
      light(test);
      test.expectStates('light.hall').toBe("off 5s 'not on' 180s off 1h");
    });
    expect(message).toBe(
      [
        'The states of `light.hall` did not do what was expected.',
        '',
        "  expected  off 5s 'not on' 3m off 1h",
        '  actual    off 5s on 3m off',
        '                   ^',
        '',
        "  expected `'not on'` after 5s",
        '  but got  `on` after 5s',
        '',
      ].join('\n'),
    );
  });

  it('shows times, and what did not come', async () => {
    const hall = (words: string): Promise<string> =>
      failure((test) => {
        light(test);
        test.expectStates('light.hall').toBe(words);
      });
    expect(await hall('off 4s on 3m off')).toContain(
      [
        '  expected  off 4s on 3m off',
        '  actual    off 5s on 3m off',
        '                ^',
        '',
        '  expected `on` after 4s',
        '  but got  `on` after 5s',
      ].join('\n'),
    );
    expect(await hall('on 5s off')).toContain(
      '  expected `on` at first\n  but got  `off` at first',
    );
    expect(await hall('off 5s on 3m off 1d1h1m1s1ms none')).toContain(
      '  expected `none` after 1d1h4m6s1ms\n  but got  nothing more',
    );
  });

  it.each([
    ['5s on', 'they begin with the state as it is at first, or `none`, not with a span.'],
    ['on 5sec off', "5sec is no span (ms, s, m, h, d); as a state it needs quotes: '5sec'."],
    ['on 0.5ms off', '0.5ms is no whole number of milliseconds.'],
    ['on 5s on', 'on follows on, which is no change.'],
    ["on 'off", "the quote of 'off has no end before a space."],
    ["'on'off", "the quote of 'on'off has no end before a space."],
  ])('refuses %p', async (words, why) => {
    expect(await failure(({ expectStates }) => expectStates('light.hall').toBe(words))).toBe(
      `The states \`${words}\` cannot be read: ${why}`,
    );
  });

  it('tells words from marbles', async () => {
    const toBe = (...args: unknown[]): Promise<string> =>
      failure(({ expectStates }) =>
        (expectStates('light.hall').toBe as (...args: unknown[]) => void)(...args),
      );
    expect(await toBe('off 5s on', { a: 'off' })).toMatch(
      /shows `o`, which the values do not have .*\(Or are these states in words, such as `off 5s on`\? They take no values\.\)$/,
    );
    expect(await toBe('a--b')).toContain('(these are words; a diagram needs values: `{ a: … }`)');
    expect(await toBe('-b', { a: 'off' })).not.toContain('words');
    expect(await toBe(7)).toBe('Expected states in words, got `7`.');
    expect(await toBe(7, { a: 'off' })).toBe('Expected a marble diagram, got `7`.');
  });
});

describe('expectStates as marbles', () => {
  it('begins with the state now, and counts each change', () =>
    marbles((test) => {
      const { hub, at, expectStates } = test;
      light(test);
      at('6s', () => hub.states.set('light.hall', 'on', { brightness: 6 }));
      at('7s', () => hub.states.set('light.hall', 'on', { brightness: 6 })); // no change
      at('200s', () => hub.states.remove('light.hall'));
      expectStates('light.hall').toBe('a 4999ms b 999ms c 178999ms d 14999ms n', {
        a: 'off',
        b: { state: 'on', attributes: { brightness: 5 } },
        c: { state: expect.any(String), attributes: { brightness: expect.any(Number) } },
        d: expect.stringMatching(/^off$/),
        n: null,
      });
    }));

  it('takes a diagram without letters for no change', async () => {
    const still = (test: HubMarbleTest): void => {
      light(test);
      test.expectStates('light.hall').toBe('--', { a: 'off' });
      test.expectStates('light.porch').toBe('--', { a: 'off' });
    };
    expect(await failure(still)).toContain('  expected nothing more\n  but got  `on` after 5s');
    await marbles(({ hub, expectStates }) => {
      hub.states.set('light.hall', 'off');
      expectStates('light.hall').toBe('--', { a: 'off' });
    });
  });

  it('takes numbers and booleans for their texts, and an unknown entity for nothing', () =>
    marbles(({ hub, at, expectStates }) => {
      hub.states.set('sensor.lux', 20.5);
      expectStates('sensor.lux').toBe('(ab)', { a: 20.5, b: { state: true } });
      expectStates('sensor.new').toBe('-a', { a: 1 });
      expectStates('sensor.lux').toBe('ab', { a: '20.5', b: 'true' });
      hub.states.set('sensor.lux', true);
      at(1, () => hub.states.set('sensor.new', 1));
    }).catch((error: unknown) => {
      // The third expects it a millisecond later than it comes, so that all three are compared.
      expect((error as Error).message).toMatch(
        /^The states of `sensor\.lux`[^]*at 1 ms\n {2}but got {2}b = 'true' at 0 ms/,
      );
    }));

  it.each([
    ['another text', 'of', "b = 'of'"],
    ['another attribute', { state: 'on', attributes: { brightness: 6 } }, 'brightness: 6'],
    ['an attribute it lacks', { state: 'on', attributes: { effect: undefined } }, 'effect'],
    ['none', null, 'b = null'],
  ])('fails for %s', async (_, b, shown) => {
    const message = await failure(({ hub, at, expectStates }) => {
      hub.states.set('light.hall', 'off');
      expectStates('light.hall').toBe('a-b', { a: 'off', b });
      at(2, () => hub.states.set('light.hall', 'on', { brightness: 5 }));
    });
    expect(message).toContain('The states of `light.hall` did not do what was expected.');
    expect(message).toContain(shown);
    expect(message).toMatch(/but got {2}A = 'on' { brightness: 5 } at 2 ms/);
  });

  it('refuses what is no entity id, and what is no state', async () => {
    expect(await failure(({ expectStates }) => expectStates('Light.Hall'))).toContain('Light.Hall');
    expect(
      await failure(({ expectStates }) =>
        expectStates('light.hall').toBe('a', { a: { text: 'on' } as never }),
      ),
    ).toBe(
      "Expected a state, `{ state, attributes }` or `null` as the value `a`, got { text: 'on' }.",
    );
  });
});

describe('expectStates of several entities', () => {
  const two = ({ hub, at }: HubMarbleTest): void => {
    hub.states.set('light.a', 'off');
    at(1, () => hub.states.set('light.a', 'on', { brightness: 5 }));
    at(1, () => hub.states.set('light.b', 'on'));
    at(3, () => hub.states.set('switch.c', 'on'));
    at(4, () => hub.states.remove('light.b'));
  };

  it('compares the changes of a list, of a domain, and of all', () =>
    marbles((test) => {
      const { expectStates } = test;
      two(test);
      const a = { entityId: 'light.a', state: 'on', attributes: { brightness: 5 } };
      const b = { entityId: 'light.b', state: 'on' };
      const c = expect.objectContaining({ entityId: 'switch.c' }) as never;
      const d = { entityId: 'light.b', state: null };
      expectStates(['light.a', 'switch.c']).toBe('-a-c', { a, c });
      expectStates({ domain: 'light' }).toBe('-(ab)', { a, b, d }); // the group hides 4 ms
    }).catch((error: unknown) => {
      expect((error as Error).message).toContain(
        '  expected nothing more\n  but got  d = light.b null at 4 ms',
      );
    }));

  it('compares all, and without values takes any', () =>
    marbles(({ hub, at, expectStates }) => {
      at(1, () => hub.states.set('light.a', 'on'));
      at(3, () => hub.states.remove('light.a'));
      expectStates().toBe('-a-b');
      expectStates().toBe('-a-b', {
        a: { entityId: 'light.a', state: 'on' },
        b: { entityId: 'light.a', state: null },
      });
    }));

  it('says so when an entity changes that no value names', async () => {
    const message = await failure((test) => {
      two(test);
      test.expectStates().toBe('-a', { a: { entityId: 'light.a', state: 'on' } });
    });
    expect(message).toContain(
      [
        '  expected nothing more',
        "  but got  A = light.b 'on' at 1 ms",
        "  where a = { entityId: 'light.a', state: 'on' }",
        "  where A = light.b 'on'",
        "  where B = switch.c 'on'",
        '  where C = light.b null',
        '  `light.b` changed, which is in no value of the diagram.',
        '  `switch.c` changed, which is in no value of the diagram.',
        '',
      ].join('\n'),
    );
  });

  it('does not say so when a matcher may have meant it', async () => {
    const message = await failure((test) => {
      two(test);
      test.expectStates().toBe('-a', { a: expect.objectContaining({ state: 'x' }) as never });
    });
    expect(message).not.toContain('in no value');
  });

  it('refuses values of entities at which it does not look, and selectors that are none', async () => {
    const refused = (selector: unknown, values: object): Promise<string> =>
      failure(({ expectStates }) =>
        expectStates(selector as never).toBe('a', values as Record<string, never>),
      );
    const b = { entityId: 'light.b', state: 'on' };
    expect(await refused(['light.a'], { a: b })).toBe(
      "The value `a` is about `light.b`, which `expectStates([ 'light.a' ])` does not look at.",
    );
    expect(await refused({ domain: 'switch' }, { a: b })).toContain('does not look at');
    expect(await refused({ domain: 'light' }, { a: 'on' })).toBe(
      "Expected `{ entityId, state, attributes }` as the value `a`, got 'on'.",
    );
    expect(await refused({ domain: 'Light' }, {})).toContain('Expected a domain');
    expect(await refused(['light'], {})).toContain('`light`');
    expect(await refused(() => true, {})).toContain('takes an entity id, a list of them or');
  });
});
