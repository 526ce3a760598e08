import { currentExecution } from '../causality/execution.js';
import { NoHubError, WrongThreadError } from '../errors/work-errors.js';
import { runningJob } from '../executor/current-job.js';
import type { Hub as HubApi } from '../hub-api/hub.js';
import { HubCore, type HubParts } from './hub-core.js';
import { type HubOptions, readOptions } from './hub-options.js';
import { ScopedHub } from './scoped-hub.js';

/** The hub of a whole home. */
class RootHub extends ScopedHub {
  /** Hubs of owners are hubs too. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof ScopedHub;
  }

  constructor(options: HubOptions = {}, parts?: HubParts) {
    const core = new HubCore(
      readOptions(options),
      (shared, scope) => new ScopedHub(shared, scope),
      parts,
    );
    super(core, core.scope);
    core.adopt(this);
  }
}

export type Hub = HubApi;

/**
 * Makes a hub. Nothing is started or written before `start()`; bus, states and tasks work before.
 *
 * @throws InvalidOptionError naming the option and the value.
 */
export const Hub: new (options?: HubOptions) => HubApi = RootHub;

/** The same with parts of the caller's, for tests. */
export function createHub(options: HubOptions, parts: HubParts): HubApi {
  return new RootHub(options, parts);
}

/**
 * The hub whose code is running: the one that a listener, task, job or set-up was given.
 *
 * @throws NoHubError outside of a hub's code.
 * @throws WrongThreadError in a worker function: it reaches the hub through `rxhome/worker` only.
 */
export function getHub(): HubApi {
  const execution = currentExecution();
  const core = execution?.hub as HubCore | null | undefined;
  if (!execution || !core) {
    if (runningJob())
      throw new WrongThreadError(
        'getHub() was called in a worker function: use runCallbackThreadsafe of `rxhome/worker`.',
      );
    throw new NoHubError('getHub() was called where no code of a hub is running.');
  }
  return core.hubOf(execution.owner ?? core.dispatcher.delivery.node?.owner ?? core.scope);
}
