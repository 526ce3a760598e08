import { describe, expect, it } from '@jest/globals';
import {
  concat,
  debounceTime,
  defer,
  delay,
  EMPTY,
  firstValueFrom,
  interval,
  map,
  materialize,
  merge,
  mergeMap,
  NEVER,
  type Observable,
  of,
  retry,
  switchMap,
  take,
  throwError,
  timeout,
  timer,
  window as windowBy,
} from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { sleep } from '../../src/clock/sleep.js';
import { marbles, parseMarbles, runMarbles, toDiagram } from '../../src/testing/index.js';
import type { MarbleTest } from '../../src/testing/index.js';

/** The message with which a marble test fails. */
async function failure(body: (test: MarbleTest) => unknown): Promise<string> {
  const realTimeout = setTimeout;
  const error = await marbles(body).then(
    () => new Error('it passed'),
    (thrown: unknown) => thrown as Error,
  );
  expect(setTimeout).toBe(realTimeout);
  return error.message;
}

describe('marbles', () => {
  it('compares streams with their diagrams', () =>
    marbles(({ hot, cold, expectObservable, expectSubscriptions, time }) => {
      const doors = hot('  -a-^-b---c-|');
      const inner = cold('    x-y|');
      const subs = ['      --^--!', '------^--!'];
      const expected = '   --x-y-x-y|';
      expectObservable(doors.pipe(switchMap(() => inner))).toBe(expected);
      expectSubscriptions(inner.subscriptions).toBe(subs);
      expectObservable(doors, '---^---!').toBe('------c');
      expect(time('---|')).toBe(3);
    }));

  it('reads groups, errors, values and time spans', () =>
    marbles(({ cold, expectObservable }) => {
      const values = { a: { n: 1 }, b: { n: 2 } };
      const oops = new Error('oops');
      expectObservable(cold('(ab) 2s a#', values, oops)).toBe('(ab) 2s a#', values, oops);
      expectObservable(
        concat(
          timer(1_000),
          throwError(() => new Error('oops')),
        ),
      ).toBe('1s (a#)', { a: 0 }, new Error('oops'));
      expectObservable(NEVER).toBe('---');
      expectObservable(EMPTY).toBe('|');
      expectObservable(interval(2).pipe(take(5))).toEqual(timer(2, 2).pipe(take(5)));
    }));

  it('takes promises, async functions, setTimeout and Date into the diagram', () =>
    marbles(({ hot, expectObservable }) => {
      let attempts = 0;
      const ask = async (question: string): Promise<string> => {
        await Promise.resolve();
        if (++attempts === 1) await sleep(1_000);
        await new Promise((resolve) => setTimeout(resolve, 2));
        return `${question}@${Date.now() - Date.UTC(2026, 0, 1)}`;
      };
      const questions = hot('-q--------r-------|');
      const expected = '     -------------r-q--|'; // q times out after 5 and is asked again after 6
      const answers = questions.pipe(
        mergeMap((q) => defer(() => ask(q)).pipe(timeout(5), retry({ delay: 6 }))),
        debounceTime(1),
      );
      expectObservable(answers).toBe(expected, { q: 'q@14', r: 'r@12' });
    }));

  it('awaits its body, and lets time pass while that waits', async () => {
    const seen: string[] = [];
    await marbles(async ({ clock, advance, at, expectObservable }) => {
      at('3ms', () => seen.push(`${clock.frame} at`));
      at(4, async () => {
        await sleep(100);
        seen.push(`${clock.frame} async at`);
      });
      await sleep(2);
      seen.push(`${clock.frame} slept`);
      await advance('10m');
      seen.push(`${clock.frame} advanced`);
      expect(await firstValueFrom(timer(5).pipe(map(() => clock.frame)))).toBe(600_007);
      expectObservable(timer(3)).toBe('---(a|)', { a: 0 });
    });
    expect(seen).toEqual(['2 slept', '3 at', '104 async at', '600002 advanced']);
  });

  it('waits for short real work, such as loading a module', () =>
    marbles(async () => {
      await import('node:dns');
      const { readFile } = await import('node:fs/promises');
      expect((await readFile('package.json', 'utf8')).length).toBeGreaterThan(10);
    }));

  it('gives hot and cold streams the frames that TestScheduler gives them', async () => {
    const streams = ({ hot, cold }: Pick<MarbleTest, 'hot' | 'cold'>): Observable<unknown>[] => [
      hot('ab-(cd)-e|').pipe(delay(2)),
      hot('a-b-^-c-d|').pipe(debounceTime(1)),
      merge(cold('a-b|'), hot('-c---d|')),
      hot('a--b|').pipe(mergeMap(() => cold('x-(y|)'))),
      interval(3).pipe(take(3)),
      timer(0, 2).pipe(take(3)),
    ];
    const expected: { frame: number; notification: { kind: string } }[][] = [];
    const theirs = new TestScheduler((actual) => void expected.push(actual as never));
    theirs.run((helpers) => {
      for (const one of streams(helpers)) helpers.expectObservable(one).toBe('');
    });
    const actual: unknown[] = [];
    await marbles((test) => {
      for (const one of streams(test)) {
        const seen: string[] = [];
        actual.push(seen);
        test.at(0, () =>
          one.pipe(materialize()).subscribe(({ kind, value }) => {
            seen.push(`${test.clock.frame} ${kind} ${String(value)}`);
          }),
        );
      }
    });
    expect(actual).toEqual(
      expected.map((messages) =>
        messages.map(
          ({
            frame,
            notification: { kind, value },
          }: {
            frame: number;
            notification: { kind: string; value?: unknown };
          }) => `${frame} ${kind} ${String(value)}`,
        ),
      ),
    );
    expect(actual.flat().length).toBeGreaterThan(20);
  });

  it('compares streams of streams', () =>
    marbles(({ hot, cold, expectObservable }) => {
      const source = hot('-a-b-c|');
      const ends = hot('  --x----|');
      expectObservable(source.pipe(windowBy(ends))).toBe('v-w---|', {
        v: cold('-a|'),
        w: cold('-b-c|'),
      });
    }));

  it('understands the matchers of the test runner', () =>
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold('-a', { a: { id: 7, name: 'x' } })).toBe('-m', {
        m: expect.objectContaining({ name: 'x' }),
      });
    }));

  it('refuses a second one meanwhile, and names the first', async () => {
    const first = marbles(() => sleep(5), { name: 'first test' });
    await expect(marbles(() => undefined)).rejects.toMatchObject({
      code: 'VIRTUAL_TIME_IN_USE',
      message: expect.stringContaining('first test'),
    });
    await first;
  });
});

describe('a failing marble test', () => {
  it('draws both diagrams and points at the first difference', async () => {
    const message = await failure(({ cold, expectObservable }) => {
      const values = { a: 'on', b: 'off', c: { on: 1 } };
      expectObservable(cold('-a--b 50ms (ac)|', values)).toBe('-a---b 49ms (ab)|', values);
    });
    expect(message).toBe(
      [
        'The stream did not do what was expected.',
        '',
        '  expected  -a---b 49ms (ab)|',
        '  actual    -a--b- 49ms (ac)|',
        '                ^ at 4 ms',
        '',
        "  expected b = 'off' at 5 ms",
        "  but got  b = 'off' at 4 ms",
        "  where a = 'on'",
        "  where b = 'off'",
        '  where c = { on: 1 }',
        '',
      ].join('\n'),
    );
  });

  it('points at the line of the expectation', async () => {
    const error = await marbles(({ expectObservable }) => {
      expectObservable(of(1)).toBe('|');
    }).catch((thrown: unknown) => thrown as Error);
    expect(error?.stack).toMatch(/\n\s+at .*spec\/testing\/marbles\.spec\.ts/);
    expect(error?.stack).not.toContain('src/testing');
  });

  it('names what is missing and what is too much', async () => {
    expect(await failure(({ expectObservable }) => expectObservable(NEVER).toBe('--|'))).toContain(
      'expected the end (|) at 2 ms\n  but got  nothing more',
    );
    expect(
      await failure(({ expectObservable }) =>
        expectObservable(interval(10)).toBe('10ms 0', { 0: 0 }),
      ),
    ).toContain('expected nothing more\n  but got  1 at 20 ms');
    expect(
      await failure(({ expectObservable }) =>
        expectObservable(throwError(() => new Error('broken'))).toBe('|'),
      ),
    ).toContain('but got  the error (#) Error: broken at 0 ms');
  });

  it('sees what comes after the last frame of the diagram', async () => {
    expect(
      await failure(({ cold, expectObservable }) =>
        expectObservable(cold('-a').pipe(debounceTime(500))).toBe('--'),
      ),
    ).toContain("but got  'a' at 501 ms");
  });

  it('draws subscriptions', async () => {
    expect(
      await failure(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('-a-b-|');
        expectObservable(source, '-^--!').toBe('--a');
        expectSubscriptions(source.subscriptions).toBe('-^---!');
      }),
    ).toContain(
      ['  expected  -^---!', '  actual    -^--!-', '                ^ at 4 ms'].join('\n'),
    );
  });

  it('lists all failed expectations', async () => {
    expect(
      await failure(({ expectObservable }) => {
        expectObservable(of('x')).toBe('|');
        expectObservable(EMPTY).toBe('|');
        expectObservable(of('y')).toBe('|');
      }),
    ).toMatch(/^2 expectations failed\.[^]*1\. The stream[^]*2\. The stream/);
  });

  it('tells a text from a number', async () => {
    expect(await failure(({ expectObservable }) => expectObservable(of(1)).toBe('(1|)'))).toContain(
      "expected '1' at 0 ms\n  but got  A = 1 at 0 ms",
    );
  });

  it('says what is wrong with a diagram', async () => {
    expect(await failure(({ hot }) => hot('-a!'))).toContain('The diagram `-a!` cannot be read');
    expect(await failure(({ time }) => time('---'))).toContain('Expected a `|`');
    expect(await failure(({ cold }) => cold('-a10ms|', { a: 1 }))).toContain(
      'shows `1`, which the values do not have',
    );
  });

  it('says so when the body waits for something that never comes', async () => {
    expect(await failure(() => new Promise(() => undefined))).toContain(
      'Waited for the body of the marble test, which never comes',
    );
  });

  it('says so when an `await` was forgotten', async () => {
    expect(await failure(({ advance }) => void advance(10))).toContain('put `await` in front');
    expect(await failure(({ expectObservable }) => void expectObservable(of(1)))).toContain(
      'has no `toBe`',
    );
    // What a forgotten async function expects is still seen when its timers run out.
    const forgetful = ({ expectObservable }: MarbleTest): void => {
      void sleep(20).then(() => expectObservable(of('x')).toBe('|'));
    };
    expect(await failure(forgetful)).toContain('The stream did not do what was expected');
  });

  it('passes on what the body, a timer, a step or a stream throws', async () => {
    const boom = (): never => {
      throw new Error('boom');
    };
    expect(await failure(boom)).toBe('boom');
    expect(await failure(async () => boom())).toBe('boom');
    expect(await failure(() => void setTimeout(boom, 5))).toBe('boom');
    expect(await failure(({ at }) => at(5, async () => boom()))).toBe('boom');
    expect(await failure(() => void timer(5).subscribe(boom))).toBe('boom');
  });

  it('ends with an error when timers without delay never end', async () => {
    const spin = (): void => void setTimeout(spin);
    expect(await failure(spin)).toContain('time never went on');
  });
});

describe('runMarbles', () => {
  it('adds tools, and finishes them in virtual time after the verdict, whatever happened', async () => {
    const seen: string[] = [];
    const extended = (body: (test: MarbleTest & { answer: number }) => unknown) =>
      runMarbles(
        (_, clock) => ({
          answer: 42,
          async finish() {
            await sleep(1_000);
            seen.push(`finished at ${clock.frame}`);
          },
        }),
        body,
      );
    await extended(({ answer, at }) => at(5, () => seen.push(`answer ${answer}`)));
    await expect(extended(() => Promise.reject(new Error('first')))).rejects.toThrow('first');
    expect(seen).toEqual(['answer 42', 'finished at 1005', 'finished at 1000']);
  });

  it('reports an expectation that comes after the verdict', async () => {
    await expect(
      runMarbles(
        ({ expectObservable }) => ({
          finish: () => {
            expect(() => expectObservable(EMPTY)).toThrow(/after the test had ended/);
          },
        }),
        () => undefined,
      ),
    ).rejects.toMatchObject({ code: 'FORGOTTEN_AWAIT' });
  });
});

describe('toDiagram', () => {
  it.each(['-a-b|', '(ab)-#', '20ms a-(bc|)', '(a|)', 'a 500ms b', ''])(
    'draws %p so that it reads back',
    (diagram) => {
      const messages = parseMarbles(diagram);
      expect(parseMarbles(toDiagram(messages))).toEqual(messages);
    },
  );
});
