import { describe, expect, it } from '@jest/globals';
import {
  EventLoopError,
  HubError,
  isHubError,
  registerErrorClass,
  ServiceLikeError,
  TeardownError,
  TimeoutError,
} from './classes.js';
import { fromWire, toWire } from '../../src/errors/wire.js';

/** There and back, through a clone as between threads. */
const pass = (thrown: unknown): any => fromWire(structuredClone(toWire(thrown)));

describe('the wire form of errors', () => {
  it('keeps class, name, message, code, stack and cause of our errors', () => {
    const cause = new TypeError('no lamp');
    const sent = new TimeoutError('It took too long.', { cause });
    const error = pass(sent) as TimeoutError;
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toBeInstanceOf(HubError);
    expect([error.name, error.message, error.code]).toEqual([
      'TimeoutError',
      'It took too long.',
      'TIMEOUT',
    ]);
    expect(error.stack).toBe(sent.stack);
    expect(error.cause).toBeInstanceOf(TypeError);
    expect(isHubError(error, 'TIMEOUT')).toBe(true);
  });

  it('keeps fields, and the errors of a TeardownError and an AggregateError', () => {
    expect(pass(new EventLoopError('loop', ['a', 'b'])).chain).toEqual(['a', 'b']);
    const teardown = pass(new TeardownError('two', [new RangeError('one'), 'text']));
    expect(teardown).toBeInstanceOf(TeardownError);
    expect(teardown.errors).toEqual([new RangeError('one'), 'text']);
    expect(teardown.errors[0]).toBeInstanceOf(RangeError);
    const aggregate = pass(new AggregateError([new TimeoutError('in it')], 'all'));
    expect(aggregate).toBeInstanceOf(AggregateError);
    expect(aggregate.errors[0]).toBeInstanceOf(TimeoutError);
  });

  it('keeps the fields that Node adds to its errors', () => {
    const sent = Object.assign(new Error('ENOENT: no such file'), { code: 'ENOENT', errno: -2 });
    expect(pass(sent)).toMatchObject({ code: 'ENOENT', errno: -2 });
  });

  it.each([[undefined], [null], [42], ['text'], [{ some: ['object'] }]])(
    'passes %p as it is',
    (thrown) => {
      expect(pass(thrown)).toEqual(thrown);
    },
  );

  it('shows what cannot be copied as text', () => {
    const sent = Object.assign(new Error('broken'), { socket: { close: () => undefined } });
    expect(pass(sent).socket).toContain('Object');
    expect(typeof pass(() => 42)).toBe('string');
    expect(typeof pass(Symbol('lamp'))).toBe('string');
  });

  it('ends at errors that cause themselves', () => {
    const one = new Error('one');
    const two = new Error('two', { cause: one });
    one.cause = two;
    let depth = 0;
    for (let error = pass(one); error instanceof Error; error = error.cause as Error) depth++;
    expect(depth).toBeGreaterThan(2);
    expect(depth).toBeLessThan(20);
    const self = new AggregateError([], 'self');
    self.errors.push(self);
    expect(pass(self).errors[0].message).toBe('self');
  });

  it('keeps name and fields of a class that is not known here, and the class once it is', () => {
    const sent = new ServiceLikeError('no such service');
    const before = pass(sent);
    expect(before).not.toBeInstanceOf(ServiceLikeError);
    expect([before.name, before.code]).toEqual(['ServiceLikeError', 'SERVICE_LIKE']);
    registerErrorClass(ServiceLikeError);
    expect(pass(sent)).toBeInstanceOf(ServiceLikeError);
  });
});
