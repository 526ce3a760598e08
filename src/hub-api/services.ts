import type { Context } from '../causality/context.js';
import type { Job } from '../jobs/job.js';
import type { Task } from '../jobs/task.js';
import type { Unsubscribe } from '../ownership/unsubscribe.js';
import type { StandardSchema } from './standard-schema.js';

export type ServiceData = Readonly<Record<string, unknown>>;

/** What a service answers with: plain data under names. */
export type ServiceResponse = Readonly<Record<string, unknown>>;

/** Whether a service answers: never, to those who ask for it, or to those only. */
export type SupportsResponse = 'none' | 'optional' | 'only';

/** At what a call is aimed: it is put over the data, and wins. */
export interface ServiceTarget {
  readonly entityId?: string | readonly string[];
  readonly [key: string]: unknown;
}

/** What a handler is given. */
export interface ServiceCall<Data = ServiceData> {
  readonly domain: string;
  readonly service: string;
  /** The data as the schema has made it, with the target in it; without a schema frozen. */
  readonly data: Data;
  /** Who or what called. What the handler fires, sets or calls is caused by it, by itself. */
  readonly context: Context;
  /** Whether the caller waits for an answer. */
  readonly returnResponse: boolean;
  /** Aborts when the call is cancelled, its time is over, or the owner of the service is unloaded. */
  readonly signal: AbortSignal;
}

/**
 * What a service does. What it returns is the answer, for those who ask for one. A worker function
 * gets the same without `signal`, and with the context as plain data.
 */
export type ServiceHandler<Data = ServiceData> =
  ((call: ServiceCall<Data>) => unknown) | Job<[ServiceCall<Data>]> | Job<[]>;

export interface ServiceOptions<Data = ServiceData> {
  /** Checks the data before the handler is called: any Standard Schema (zod, valibot …). */
  readonly schema?: StandardSchema<Data> | undefined;
  /** @default 'none' */
  readonly supportsResponse?: SupportsResponse | undefined;
}

export interface CallOptions {
  /** At what it is aimed. */
  readonly target?: ServiceTarget | undefined;
  /** @default a child of the context whose code is running */
  readonly context?: Context | undefined;
  /** Asks for the answer. @default false */
  readonly returnResponse?: boolean | undefined;
  /** Ends the call: the task rejects with the signal's own `reason`, at once. */
  readonly signal?: AbortSignal | undefined;
  /** Then the task rejects with a `TimeoutError`, at once. @default no limit */
  readonly timeoutMs?: number | undefined;
}

/** What is known of a service that is there. */
export interface ServiceDescription {
  readonly domain: string;
  readonly service: string;
  readonly supportsResponse: SupportsResponse;
  /** Who registered it. */
  readonly owner: string;
}

/** What can be asked for by name: `light.turn_on`. */
export interface Services {
  /**
   * Offers a service, until it is unsubscribed or its owner is unloaded; what was registered under
   * that name before is replaced. Fires `service_registered`, at the end `service_removed`.
   *
   * @throws InvalidOptionError when a name is not made of lower-case letters, digits and `_`
   * (upper case is lowered), or an option is not one of those above.
   */
  register<Data = ServiceData>(
    domain: string,
    service: string,
    handler: ServiceHandler<Data>,
    options?: ServiceOptions<Data>,
  ): Unsubscribe;

  /**
   * Calls a service. It has begun when this returns; the task is its end. A call that nobody awaits
   * and that fails is reported. The data is not changed; it is told in a `call_service` event before
   * the handler is called.
   *
   * The task belongs to the owner of the service. It is cancelled when that owner is unloaded, and
   * when the caller is.
   *
   * @throws (as a rejection) ServiceNotFound; ServiceValidationError naming the path in the data, or
   * when an answer is asked for that there is none of; InvalidServiceResponseError; what the
   * handler threw; TimeoutError; the signal's own reason; ScopeClosedError.
   */
  call(
    domain: string,
    service: string,
    data: ServiceData | undefined,
    options: CallOptions & { readonly returnResponse: true },
  ): Task<ServiceResponse>;
  call(
    domain: string,
    service: string,
    data?: ServiceData,
    options?: CallOptions & { readonly returnResponse?: false | undefined },
  ): Task<void>;
  call(
    domain: string,
    service: string,
    data?: ServiceData,
    options?: CallOptions,
  ): Task<ServiceResponse | void>;

  /** Whether there is such a service; upper case does not count. */
  has(domain: string, service: string): boolean;

  /** All services, by domain and name: a copy. */
  all(): Readonly<Record<string, Readonly<Record<string, ServiceDescription>>>>;

  /** Takes a service away, whoever registered it. One that is not there is only warned of. */
  remove(domain: string, service: string): void;
}
