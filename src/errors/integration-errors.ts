import { HubError } from './hub-error.js';

/** Thrown in `setupEntry`: the device is not there yet, so set the entry up again later. */
export class ConfigEntryNotReady extends HubError {
  override readonly code = 'CONFIG_ENTRY_NOT_READY';
}

/** Thrown in `setupEntry`: the credentials were refused, so ask the user for new ones. */
export class ConfigEntryAuthFailed extends HubError {
  override readonly code = 'CONFIG_ENTRY_AUTH_FAILED';
}

/** Thrown in `setupEntry`: it cannot work until the user changes something; do not retry. */
export class ConfigEntryError extends HubError {
  override readonly code = 'CONFIG_ENTRY_ERROR';
}

/** There is no such config entry: mend the id. */
export class UnknownEntryError extends HubError {
  override readonly code = 'UNKNOWN_ENTRY';
}

/** No integration of that domain is registered: register it, or mend the name. */
export class UnknownIntegrationError extends HubError {
  override readonly code = 'UNKNOWN_INTEGRATION';
}

/** The state of the entry does not allow that now: wait, or unload it first. */
export class OperationNotAllowedError extends HubError {
  override readonly code = 'OPERATION_NOT_ALLOWED';
}

/** The data of a device or service could not be fetched; it may work again later. */
export class UpdateFailed extends HubError {
  override readonly code = 'UPDATE_FAILED';
  /**
   * Milliseconds after which the source wants to be asked again; what is not above 0 is taken as if
   * it had not said: `undefined`.
   */
  readonly retryAfterMs: number | undefined;

  constructor(
    message: string,
    { retryAfterMs, cause }: { readonly retryAfterMs?: number; readonly cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? {} : { cause });
    this.retryAfterMs = retryAfterMs;
  }
}

/** Another entity of the integration has the same unique id: this one was left out. */
export class DuplicateUniqueIdError extends HubError {
  override readonly code = 'DUPLICATE_UNIQUE_ID';
}
