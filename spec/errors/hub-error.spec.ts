import { describe, expect, it } from '@jest/globals';
import * as rxhome from 'rxhome';
import { HubError, isHubError } from 'rxhome';

type Make = new (message: string, more?: unknown) => HubError;
const CLASSES = Object.entries(rxhome).filter(
  ([, value]) => typeof value === 'function' && value.prototype instanceof HubError,
) as unknown as [string, Make][];

describe.each(CLASSES)('%s', (name, ErrorClass) => {
  const error = new ErrorClass('what happened', []);

  it('is named like its class and has a code of its own', () => {
    expect([error.name, String(error)]).toEqual([name, `${name}: what happened`]);
    expect(error.code).toMatch(/^[A-Z_]+$/);
    const codes = CLASSES.map(([, Other]) => new Other('x', []).code);
    expect(codes.filter((code) => code === error.code)).toHaveLength(1);
  });

  it('is known by isHubError, with its code and without', () => {
    expect([isHubError(error), isHubError(error, error.code), isHubError(error, 'OTHER')]).toEqual([
      true,
      true,
      false,
    ]);
  });
});

describe('isHubError', () => {
  it.each([[new Error('plain')], [null], [undefined], ['text'], [{ code: 'TIMEOUT' }]])(
    'does not take %p for one',
    (value) => expect(isHubError(value)).toBe(false),
  );

  it('keeps the cause', () => {
    const cause = new Error('why');
    expect(new rxhome.TimeoutError('late', { cause }).cause).toBe(cause);
  });
});
