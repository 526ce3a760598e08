import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { expectTypeOf } from 'expect-type';
import { InvalidOptionError } from '../../src/errors/input-errors.js';
import { completeOptions } from '../../src/executor/executor.js';
import { isWorkerFunction, type WorkerFunction } from '../../src/executor/worker-function.js';
import { workerModule } from '../../src/executor/worker-module.js';
import { blocking } from './harness.js';

describe('workerModule', () => {
  it('refers to functions, which say what and where they are', () => {
    expect(blocking.add.name).toBe('add');
    expect(blocking.add.module).toMatch(/^file:.*blocking\.worker\.js$/);
    expect(blocking.add.dedicated).toBe(false);
    expect(blocking.add).toBe(blocking.add);
    expect(isWorkerFunction(blocking.add)).toBe(true);
    expect(isWorkerFunction(() => 1)).toBe(false);
  });

  it('can be awaited and inspected without harm', async () => {
    expect(await Promise.resolve(blocking)).toBe(blocking);
    expect(inspect(blocking)).toMatch(/^WorkerModule \{ file:.*\}$/);
    expect(inspect(blocking.add)).toMatch(/^WorkerFunction \{ add of file:/);
    expect(Object.prototype.toString.call(blocking)).toBe('[object WorkerModule]');
  });

  it('makes a new reference for other options, which add up', () => {
    const limited = blocking.add.with({ timeoutMs: 5 }).with({ graceMs: 0 });
    expect(limited.options).toEqual({ timeoutMs: 5, graceMs: 0 });
    expect(blocking.add.options).toEqual({});
    expect(isWorkerFunction(limited)).toBe(true);
  });

  it('refuses options and modules that cannot work', () => {
    expect(() => blocking.add.with({ timeoutMs: 0 })).toThrow(InvalidOptionError);
    expect(() => blocking.add.with({ graceMs: -1 })).toThrow(InvalidOptionError);
    expect(() => workerModule('./disk.worker.js')).toThrow(/new URL\("\.\/disk\.worker\.js"/);
    expect(() => workerModule(5 as never)).toThrow(InvalidOptionError);
    expect(workerModule<{ f(): void }>('/opt/disk.js').f.module).toBe('file:///opt/disk.js');
    for (const options of [{ maxThreads: 0 }, { minThreads: 3, maxThreads: 2 }, { maxQueue: 1.5 }])
      expect(() => completeOptions(options)).toThrow(InvalidOptionError);
  });

  it('has the types of the functions, and nothing else', () => {
    expectTypeOf(blocking.add).toEqualTypeOf<WorkerFunction<[a: number, b: number], number>>();
    expectTypeOf(blocking.addSlowly).toExtend<
      WorkerFunction<[a: number, b: number, ms: number], number>
    >();
    expectTypeOf(blocking.count).toEqualTypeOf<
      WorkerFunction<
        [upTo: number, onStep: (step: number) => number | PromiseLike<number>],
        number[]
      >
    >();
    expectTypeOf(blocking).not.toHaveProperty('notAFunction');
    expectTypeOf(blocking).not.toHaveProperty('DeviceError');
    // @ts-expect-error a reference cannot be called
    expect(() => blocking.add(1, 2)).toThrow(TypeError);
  });
});
