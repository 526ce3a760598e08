import type { ExposedFunctions } from '../executor/exposed-functions.js';
import type { Hub } from '../hub-api/hub.js';

type AnyFunction = (...args: never[]) => unknown;
type Exposed = ReadonlyMap<string, ExposedFunctions[keyof ExposedFunctions]>;

/** What a worker gets when it asks the loop for `name`, as the owner of the job for which it works. */
export function exposedTo(hub: Hub, exposed: Exposed, name: string): AnyFunction | undefined {
  const fn = exposed.get(name) ?? builtIn(hub)[name];
  return fn && fencedFor(hub, name, fn);
}

/** What every worker may call. States go as plain data: their class cannot cross threads. */
function builtIn({ bus, states }: Hub): Readonly<Record<string, AnyFunction>> {
  const functions: { [K in keyof ExposedFunctions]?: ExposedFunctions[K] } = {
    'states.set': (entityId, state, attributes) => states.set(entityId, state, attributes),
    'states.get': (entityId) => {
      const state = states.get(entityId);
      if (!state) return undefined;
      const { state: text, attributes, lastChanged, lastUpdated, lastReported, context } = state;
      return {
        entityId,
        state: text,
        attributes,
        lastChanged,
        lastUpdated,
        lastReported,
        context: context.toJSON(),
      };
    },
    'bus.fire': (type, data) => bus.fire(type, data),
  };
  return functions;
}

// A worker waits for an answer, so it is told; a void method would only do nothing.
function fencedFor(hub: Hub, name: string, fn: AnyFunction): AnyFunction {
  return (...args) => {
    hub.scope.signal.throwIfAborted();
    return fn(...args);
  };
}
