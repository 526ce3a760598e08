import { HubError } from './hub-error.js';

/** One thing that is wrong in the data of a service call. */
export interface ServiceIssue {
  /** Where in the data, with dots; empty for the whole of it. */
  readonly path: string;
  readonly message: string;
}

/** The service cannot be called like that: mend the data or the options of the call. */
export class ServiceValidationError extends HubError {
  override readonly code: string = 'SERVICE_VALIDATION';
  readonly issues: readonly ServiceIssue[];

  constructor(message: string, issues: readonly ServiceIssue[] = [], options?: ErrorOptions) {
    super(message, options);
    this.issues = issues;
  }
}

/** There is no such service: mend the name, or set up the integration that offers it. */
export class ServiceNotFound extends ServiceValidationError {
  override readonly code = 'SERVICE_NOT_FOUND';
}

/** A service was asked for an answer and gave something else than an object: mend the service. */
export class InvalidServiceResponseError extends HubError {
  override readonly code = 'INVALID_SERVICE_RESPONSE';
}

/** What one of the entities at which a service was aimed made of it. */
export interface EntityFailure {
  readonly entityId: string;
  /** Whose entity it is; `null` for one that there is not. */
  readonly owner: string | null;
  readonly error: unknown;
}

/** Some entities did not do what they were told; `failures` names each. All others did it. */
export class EntityServiceError extends HubError {
  override readonly code = 'ENTITY_SERVICE_FAILED';
  readonly failures: readonly EntityFailure[];

  constructor(message: string, failures: readonly EntityFailure[]) {
    super(message, { cause: failures[0]?.error });
    this.failures = failures;
  }
}
