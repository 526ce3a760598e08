import { afterAll, describe, expect, it } from '@jest/globals';
import { registerErrorClass } from '../../src/errors/wire.js';
import { NotCloneableError, WrongThreadError } from '../../src/errors/work-errors.js';
import { WorkerModuleError } from '../../src/errors/work-errors.js';
import { runCallbackThreadsafe } from '../../src/executor/worker.js';
import { workerModule } from '../../src/executor/worker-module.js';
import { attack, implementations, outcome, runFor } from './harness.js';

/** What crosses between the loop and a worker, and what must not. */
describe.each(implementations)('what crosses with %s', (_name, create) => {
  const executor = create({});
  afterAll(() => executor.close(0));

  const failure = async (promise: Promise<unknown>): Promise<Error> =>
    (await outcome(promise)) as Error;

  it('runs a default export, and functions of packages by their bare name', async () => {
    expect(await executor.run(attack.default, ['lamp'], runFor())).toBe('Hello lamp.');
    const yaml = workerModule<typeof import('yaml')>('yaml');
    expect(await executor.run(yaml.parse as never, ['a: 1'] as never, runFor())).toEqual({ a: 1 });
    const fs = workerModule<typeof import('node:fs')>('node:fs');
    expect(await executor.run(fs.existsSync, ['/no/such'], runFor())).toBe(false);
  });

  it('says that a package is not installed, and that a file is no JavaScript', async () => {
    const none = workerModule<{ f(): void }>('no-such-package-of-anybody');
    const error = await failure(executor.run(none.f, [], runFor()));
    expect(error).toBeInstanceOf(WorkerModuleError);
    expect(error.message).toContain('`no-such-package-of-anybody` for `f`');
    const garbled = workerModule<{ f(): void }>('data:text/javascript,export function f( {');
    const garbledError = await failure(executor.run(garbled.f, [], runFor()));
    expect(garbledError).toBeInstanceOf(WorkerModuleError);
    expect((garbledError.cause as Error).name).toBe('SyntaxError');
  });

  it('takes what every object has for no export', async () => {
    for (const name of ['toString', 'hasOwnProperty', 'constructor']) {
      const odd = workerModule<Record<string, () => void>>('node:path');
      const error = await failure(executor.run(odd[name]!, [], runFor()));
      expect(error).toBeInstanceOf(WorkerModuleError);
    }
  });

  it('loads a module once, however often it failed', async () => {
    const broken = workerModule<{ never(): void }>(
      new URL('../fixtures/broken.worker.js', import.meta.url),
    );
    for (let i = 0; i < 3; i++)
      expect(await failure(executor.run(broken.never, [], runFor()))).toBeInstanceOf(
        WorkerModuleError,
      );
  });

  it('keeps the name of a class that does not say it, its fields and its stack', async () => {
    const error = await failure(executor.run(attack.failWithoutName, [], runFor()));
    expect(error).toMatchObject({ name: 'LampError', message: 'burnt out', lamp: 'kitchen' });
    expect(error).toBeInstanceOf(Error);
    expect(error.stack).toContain('attack.worker.ts');
    class LampError extends Error {}
    registerErrorClass(LampError);
    expect(await failure(executor.run(attack.failWithoutName, [], runFor()))).toBeInstanceOf(
      LampError,
    );
  });

  it('keeps the errors of an aggregate, and an AbortError', async () => {
    const error = await failure(executor.run(attack.failAggregate, [], runFor()));
    expect(error).toBeInstanceOf(AggregateError);
    expect((error as AggregateError).errors).toMatchObject([
      { name: 'LampError', message: 'one' },
      { name: 'RangeError', message: 'two' },
    ]);
    const aborted = await failure(executor.run(attack.failAborted, [], runFor()));
    expect(aborted).toMatchObject({ name: 'AbortError', message: 'This operation was aborted' });
  });

  it('survives an error that throws when it is read, and fields that would change its class', async () => {
    expect(await failure(executor.run(attack.failEvil, [], runFor()))).toBeDefined();
    const error = await failure(executor.run(attack.failWithBadFields, [], runFor()));
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ message: 'bad', device: 'lamp' });
    expect((error as { polluted?: boolean }).polluted).toBeUndefined();
    expect(await executor.run(attack.take, [1], runFor())).toBe(1);
  });

  it('throws in the worker what a callback throws, whole', async () => {
    const asked = executor.run(
      attack.rethrow,
      [
        () => {
          throw Object.assign(new RangeError('not today', { cause: new Error('rain') }), {
            device: 'lamp',
          });
        },
      ],
      runFor(),
    );
    expect(JSON.parse(await asked)).toEqual(['RangeError', 'not today', 'string', 'rain', 'lamp']);
  });

  it('survives a callback that throws what cannot be read', async () => {
    const evil = Object.defineProperty(new Error('evil'), 'message', {
      get: () => {
        throw new Error('hands off');
      },
    });
    const asked = executor.run(
      attack.rethrow,
      [
        () => {
          throw evil;
        },
      ],
      runFor(),
    );
    expect(await asked).not.toBe('nothing was thrown');
  });

  it.each(['numbers', 'numbersLater', 'iterator', 'proxy', 'throwingGetter'] as const)(
    'refuses the result of `%s`, by name, and goes on',
    async (name) => {
      const error = await failure(executor.run(attack[name], [], runFor()));
      expect(error).toBeInstanceOf(NotCloneableError);
      expect(error.message).toContain(`The result of \`${name}\` cannot be copied`);
      expect(await executor.run(attack.take, [1], runFor())).toBe(1);
    },
  );

  it('says what to do instead of returning a generator', async () => {
    const error = await failure(executor.run(attack.numbers, [], runFor()));
    expect(error.message).toMatch(/iterator.*array/i);
  });

  it('reads getters of a result', async () => {
    expect(await executor.run(attack.getters, [], runFor())).toEqual({ a: 7 });
  });

  it.each([
    ['a function inside', { onStep: () => 1 }],
    ['a getter that throws', { get a() { throw new Error('do not read me'); } }], // prettier-ignore
    ['a proxy', new Proxy({}, {})],
    ['a symbol', Symbol('lamp')],
    ['a WeakMap', new WeakMap()],
  ])('refuses an argument with %s, naming which', async (_what, value) => {
    const call = executor.run(attack.take, [value] as never, runFor());
    const error = await failure(call);
    expect(error).toBeInstanceOf(NotCloneableError);
    expect(error.message).toContain('Argument 1 of `take`');
    expect(await executor.run(attack.take, [1], runFor())).toBe(1);
  });

  it('refuses a callback whose value cannot be copied, naming it', async () => {
    const asked = executor.run(attack.ask, [() => () => 1], runFor());
    const error = await failure(asked);
    expect(error).toBeInstanceOf(NotCloneableError);
    expect(error.message).toMatch(/callback in argument 1/i);
  });

  it('runs a callback as code of the loop, not of the job', async () => {
    const asked = executor.run(attack.ask, [() => runCallbackThreadsafe('echo')], runFor());
    expect(await failure(asked)).toBeInstanceOf(WrongThreadError);
  });

  it('knows the job after an await, whoever else is running', async () => {
    const runs = ['a', 'b', 'c'].map((name) =>
      executor.run(attack.ownerLater, [], runFor({ name, owner: `owner of ${name}` })),
    );
    expect(await Promise.all(runs)).toEqual([
      ['owner of a', 'a'],
      ['owner of b', 'b'],
      ['owner of c', 'c'],
    ]);
  });

  it('rejects a told call with the reason, whatever its function throws then', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const run = runFor({ signal: controller.signal, onStart: () => controller.abort(reason) });
    expect(await failure(executor.run(attack.untilTold, [], run))).toBe(reason);
  });
});
