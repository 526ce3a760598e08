import type { HubErrorReport } from '../errors/report.js';
import { isHubError } from '../errors/hub-error.js';
import { Feed } from '../events/feed.js';
import type { Logger } from '../hub-api/logger.js';

/** Takes every failure of somebody's code, writes it down and tells `errors$`. */
export class Failures {
  readonly feed: Feed<HubErrorReport>;
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
    // Told to the log only: who fails while hearing of a failure would hear of that too, for ever.
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
    this.feed.emit(failure);
  };

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
