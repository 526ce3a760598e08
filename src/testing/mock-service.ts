import type { Hub } from '../hub-api/hub.js';
import type { ServiceCall, ServiceData, ServiceResponse } from '../hub-api/services.js';
import type { Unsubscribe } from '../ownership/unsubscribe.js';

/** A service that only takes notes. */
export interface MockService extends Disposable {
  /** Each call, oldest first. */
  readonly calls: readonly ServiceCall[];
  /** The data of each call. */
  readonly data: readonly ServiceData[];
  /** Forgets the calls so far. */
  clear(): void;
  /** Takes the service away; what it stood in for does not come back. */
  readonly stop: Unsubscribe;
}

/** What a mocked service answers with, or does: a response, an error, or a function. */
export type MockAnswer = ServiceResponse | Error | ((call: ServiceCall) => unknown) | undefined;

/**
 * Registers a service that notes its calls, in place of the real one. It answers with `answer`,
 * throws it if it is an error, and calls it if it is a function.
 *
 *     const turnOn = mockService(hub, 'light', 'turn_on');
 *     …
 *     expect(turnOn.data).toEqual([{ entityId: 'light.hall' }]);
 */
export function mockService(
  hub: Hub,
  domain: string,
  service: string,
  answer?: MockAnswer,
): MockService {
  const calls: ServiceCall[] = [];
  const handle = (call: ServiceCall): unknown => {
    calls.push(call);
    if (answer instanceof Error) throw answer;
    return typeof answer === 'function' ? answer(call) : answer;
  };
  const stop = hub.services.register(domain, service, handle, { supportsResponse: 'optional' });
  return {
    calls,
    get data() {
      return calls.map(({ data }) => data);
    },
    clear: () => void calls.splice(0),
    stop,
    [Symbol.dispose]: stop,
  };
}
