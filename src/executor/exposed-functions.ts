/**
 * The functions of the loop that code in a worker can call by name. Add those that you expose
 * with `hub.expose(name, fn)`, and `runCallbackThreadsafe` knows their types:
 *
 * ```ts
 * declare module 'rxhome' {
 *   interface ExposedFunctions {
 *     'lights.dim': (entityId: string, percent: number) => void;
 *   }
 * }
 * ```
 */
export interface ExposedFunctions {
  'states.set': (
    entityId: string,
    state: string | number | boolean,
    attributes?: Record<string, unknown>,
  ) => void;
  'states.get': (entityId: string) => unknown;
  'bus.fire': (type: string, data?: Record<string, unknown>) => void;
}

/** The arguments of an exposed function; of an unknown name, any. */
export type ExposedArguments<N extends string> = N extends keyof ExposedFunctions
  ? Parameters<ExposedFunctions[N]>
  : unknown[];

/** The value of an exposed function, its promise awaited; of an unknown name, unknown. */
export type ExposedResult<N extends string> = N extends keyof ExposedFunctions
  ? Awaited<ReturnType<ExposedFunctions[N]>>
  : unknown;
