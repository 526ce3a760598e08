import { currentExecution } from '../causality/execution.js';
import type { HubErrorReport } from '../errors/report.js';
import { isHubError } from '../errors/hub-error.js';
import { Feed } from '../events/feed.js';
import type { StreamOwner } from '../events/stream-owner.js';
import type { Logger } from '../hub-api/logger.js';

/** Takes every failure of somebody's code, writes it down and tells `errors$`. */
export class Failures {
  readonly feed: Feed<HubErrorReport>;
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
    this.feed = new Feed({
      onError: (error) => this.#log('A subscriber of errors$ failed', error),
    });
  }

  readonly report = (failure: HubErrorReport): void => {
    const { error, source, owner, name } = failure;
    const reason = error instanceof Error ? error.message : String(error);
    if (isHubError(error, 'SCOPE_CLOSED')) this.warn(reason, { owner, name });
    else
      this.#log(`${source} \`${name}\` of ${owner} failed: ${reason}`, error, {
        owner,
        source,
        name,
      });
    // What fails in code of a hub and says no more failed in what is running.
    const { activity = currentExecution()?.activity ?? 0, ...report } = failure;
    this.feed.emit(activity === 0 ? report : { ...report, activity });
  };

  /**
   * The owner of a stream of failures: what fails while it hears of one goes to the log only, or
   * it would hear of that too, for ever.
   */
  deafTo(owner: StreamOwner): StreamOwner {
    const report = ({ error, name }: HubErrorReport): void =>
      this.#log(`Subscriber \`${name}\` of errors$ failed`, error, {
        owner: owner.fence.scope.name,
      });
    const follow = (result: unknown, name: string): void => {
      Promise.resolve(result).catch((error: unknown) =>
        report({ error, name, source: 'subscriber', owner: owner.fence.scope.name }),
      );
    };
    return { ...owner, report, follow };
  }

  warn(message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    try {
      this.#logger.warn(message, fields);
    } catch {
      // A logger that fails has nowhere to say so.
    }
  }

  #log(message: string, error: unknown, fields: Readonly<Record<string, unknown>> = {}): void {
    try {
      this.#logger.error(message, { ...fields, error });
    } catch {
      // As above.
    }
  }
}
