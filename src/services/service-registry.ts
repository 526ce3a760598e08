import { Context } from '../causality/context.js';
import { currentContext } from '../causality/execution.js';
import { now } from '../clock/clock.js';
import { isThenable } from '../clock/is-thenable.js';
import { checkMs, checkOneOf, checkSignal } from '../errors/check-option.js';
import { ServiceNotFound } from '../errors/service-errors.js';
import { BusEvent, type FireOptions } from '../events/bus-event.js';
import type {
  CallOptions,
  ServiceCall,
  ServiceData,
  ServiceHandler,
  ServiceOptions,
  ServiceResponse,
  Services,
} from '../hub-api/services.js';
import type { TaskRunner } from '../jobs/task-runner.js';
import type { Task } from '../jobs/task.js';
import type { Fence } from '../ownership/fence.js';
import { type Unsubscribe, unsubscribe } from '../ownership/unsubscribe.js';
import { isLimited, limitCall } from './limit-call.js';
import { checkResponse, mergeTarget, responseOf, validate } from './service-data.js';
import { ServiceCalled, type ServiceName } from './service-events.js';
import { type RegisteredService, registration, type ServiceTable } from './service-table.js';

/** What services need of the hub in which they are. */
export interface ServicesHost {
  readonly table: ServiceTable;
  readonly tasks: TaskRunner;
  readonly fire: (type: string, data: unknown, options?: FireOptions) => void;
  /** What is running goes on to cause something: `hub.why` will ask for it. */
  readonly rememberCause: () => void;
  readonly warn: (message: string) => void;
}

/** The services of a hub as one owner sees them: what is registered here ends with that owner. */
export class ServiceRegistry implements Services {
  readonly #host: ServicesHost;
  readonly #fence: Fence;

  constructor(host: ServicesHost, fence: Fence) {
    this.#host = host;
    this.#fence = fence;
  }

  register<Data = ServiceData>(
    domain: string,
    service: string,
    handler: ServiceHandler<Data>,
    options: ServiceOptions<Data> = {},
  ): Unsubscribe {
    const { scope } = this.#fence;
    if (this.#fence.blocks('services.register')) return unsubscribe(() => undefined);
    const { table } = this.#host;
    const end = unsubscribe(() => {
      if (table.delete(entry)) this.#tell('service_removed', entry);
    });
    const given = options as ServiceOptions<never>;
    const entry = registration(scope, domain, service, handler, given, end);
    table.set(entry);
    this.#tell('service_registered', entry);
    return end;
  }

  call(
    domain: string,
    service: string,
    data: ServiceData | undefined,
    options: CallOptions & { readonly returnResponse: true },
  ): Task<ServiceResponse>;
  call(domain: string, service: string, data?: ServiceData, options?: CallOptions): Task<void>;
  call(
    domain: string,
    service: string,
    data?: ServiceData,
    options: CallOptions = {},
  ): Task<ServiceResponse | void> {
    const name = [domain, service].map(String).join('.'); // of a symbol too
    if (this.#fence.scope.closed) {
      this.#fence.blocks('services.call'); // throws in strict mode, and tells of it once
      const refused = this.#refuse(name, this.#fence.error('services.call'));
      refused.catch(() => undefined); // told already
      return refused;
    }
    try {
      checkCallOptions(options);
      const called = this.#host.table.get(domain, service);
      if (!called)
        throw new ServiceNotFound(`There is no service \`${name}\`${this.#hint(domain)}.`);
      checkResponse(called, options);
      const given = mergeTarget(data, options.target);
      const checked = validate(called, given);
      return this.#run(called, given, checked, options);
    } catch (error) {
      return this.#refuse(name, error);
    }
  }

  has(domain: string, service: string): boolean {
    return this.#host.table.get(domain, service) !== undefined;
  }

  all(): ReturnType<Services['all']> {
    return this.#host.table.describe();
  }

  remove(domain: string, service: string): void {
    if (this.#fence.blocks('services.remove')) return;
    const entry = this.#host.table.get(domain, service);
    if (entry && this.#host.table.delete(entry)) this.#tell('service_removed', entry);
    else this.#host.warn(`There is no service \`${domain}.${service}\` to remove.`);
  }

  /** The call is right: the service begins. */
  #run(
    called: RegisteredService,
    given: ServiceData,
    checked: unknown,
    options: CallOptions,
  ): Task<ServiceResponse | void> {
    const { domain, service, owner, job } = called;
    const { returnResponse = false } = options;
    const name = `${domain}.${service}`;
    const context = options.context ?? Context.causedBy(currentContext());
    const told = new ServiceCalled(domain, service, given);
    // A link in the chain of causes, also when nobody listens to it.
    this.#host.rememberCause();
    const event = new BusEvent('call_service', told, 'local', now(), context, this.#fence.scope);
    const begin = (data: unknown, signal: AbortSignal): unknown => {
      owner.signal.throwIfAborted(); // while the schema took its time
      signal.throwIfAborted();
      this.#host.fire('call_service', told, { context });
      owner.signal.throwIfAborted(); // by one who was told
      options.signal?.throwIfAborted();
      const call = { domain, service, data, context, returnResponse, signal };
      return this.#handle(called, call as ServiceCall);
    };
    const finish = (result: unknown): ServiceResponse | void =>
      returnResponse ? responseOf(called, result) : undefined;
    const body = (
      signal: AbortSignal,
    ): ServiceResponse | void | Promise<ServiceResponse | void> => {
      const result = isThenable(checked)
        ? checked.then((data) => begin(data, signal))
        : begin(checked, signal);
      return isThenable(result) ? Promise.resolve(result).then(finish) : finish(result);
    };
    const about = { name, kind: 'service', context, event } as const;
    const start = (run: typeof body): Task<ServiceResponse | void> => {
      const task = this.#host.tasks.start(owner, run, about);
      task.cancelOnShutdown = job.cancelOnShutdown;
      return task;
    };
    const task = start(isLimited(options) ? limitCall(() => start(body), options) : body);
    if (task.status === 'running') this.#endWithCaller(task, owner);
    return task;
  }

  #handle({ owner, job }: RegisteredService, call: ServiceCall): unknown {
    const { tasks } = this.#host;
    const { target, name, isMarked } = job;
    if (typeof target === 'function') {
      const result = target(call);
      if (isMarked && isThenable(result)) tasks.reportMarked(owner, name);
      return result;
    }
    const { signal, context, ...plain } = call;
    return tasks.startInExecutor(owner, target.with({ signal }), [
      { ...plain, context: context.toJSON() },
    ]);
  }

  /** A caller who is unloaded takes along what he has called. */
  #endWithCaller(task: Task<unknown>, owner: Fence['scope']): void {
    const { scope } = this.#fence;
    if (scope === owner) return;
    const owned = { name: task.name, silence: () => task.cancel(scope.signal.reason) };
    scope.attach(owned);
    void task.ended.then(() => scope.detach(owned));
  }

  #refuse(name: string, error: unknown): Task<never> {
    const fail = (): never => {
      throw error;
    };
    return this.#host.tasks.start(this.#fence.scope, fail, {
      name: `call ${name}`,
      kind: 'service',
    });
  }

  #hint(domain: string): string {
    const names = this.#host.table.names(domain);
    return names.length > 0 ? `; \`${domain}\` has ${names.join(', ')}` : '';
  }

  #tell(type: string, { domain, service }: ServiceName): void {
    this.#host.fire(type, { domain, service });
  }
}

/** @throws InvalidOptionError naming the option and the value. */
function checkCallOptions({ timeoutMs, signal, returnResponse }: CallOptions): void {
  if (timeoutMs !== undefined) checkMs('timeoutMs', timeoutMs, { orZero: true, orInfinity: true });
  if (returnResponse !== undefined) checkOneOf('returnResponse', returnResponse, [true, false]);
  checkSignal(signal);
  signal?.throwIfAborted();
}
