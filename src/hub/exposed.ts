import type { ExposedFunctions } from '../executor/exposed-functions.js';
import type { Hub } from '../hub-api/hub.js';
import type { Scope } from '../ownership/scope.js';
import { type Unsubscribe, unsubscribe } from '../ownership/unsubscribe.js';

type AnyFunction = (...args: never[]) => unknown;
type Exposed = Map<string, ExposedFunctions[keyof ExposedFunctions]>;

/** Lets workers call `fn` by name, as long as its owner is there. */
export function exposeFor<K extends keyof ExposedFunctions>(
  owner: Scope,
  exposed: Exposed,
  name: K,
  fn: ExposedFunctions[K],
): Unsubscribe {
  exposed.set(name, fn);
  const owned = { name: `expose ${name}`, silence: () => end() };
  owner.attach(owned);
  const end = unsubscribe(() => {
    if (exposed.get(name) === fn) exposed.delete(name);
    owner.detach(owned);
  });
  return end;
}

/** What a worker gets when it asks the loop for `name`, as the owner of the job for which it works. */
export function exposedTo(
  hub: Hub,
  exposed: Readonly<Exposed>,
  name: string,
): AnyFunction | undefined {
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
