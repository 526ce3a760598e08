import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';
import type {
  ServiceDescription,
  ServiceHandler,
  ServiceOptions,
  Services,
  SupportsResponse,
} from '../hub-api/services.js';
import { Job } from '../jobs/job.js';
import type { Owned } from '../ownership/owned.js';
import type { Scope } from '../ownership/scope.js';

/** A service that is there: what it does, and for whom it runs. */
export interface RegisteredService {
  readonly domain: string;
  readonly service: string;
  readonly owner: Scope;
  /** What the owner has of it while it is there. */
  readonly owned: Owned;
  readonly job: Job<unknown[]>;
  readonly schema: ServiceOptions['schema'];
  readonly supportsResponse: SupportsResponse;
}

const RESPONSES: readonly unknown[] = ['none', 'optional', 'only'];

/** The services of a hub by domain and name; whoever calls, lower case counts. */
export class ServiceTable {
  readonly #domains = new Map<string, Map<string, RegisteredService>>();

  get(domain: string, service: string): RegisteredService | undefined {
    return this.#domains.get(lower(domain))?.get(lower(service));
  }

  /** Offers a service; what stood in its place is gone, for its owner too. */
  set(entry: RegisteredService): void {
    let services = this.#domains.get(entry.domain);
    if (!services)
      this.#domains.set(entry.domain, (services = new Map<string, RegisteredService>()));
    const replaced = services.get(entry.service);
    if (replaced) replaced.owner.detach(replaced.owned);
    services.set(entry.service, entry);
    entry.owner.attach(entry.owned);
  }

  /** Takes a service away, unless another has taken its place. @returns whether it was there */
  delete(entry: RegisteredService): boolean {
    const services = this.#domains.get(entry.domain);
    if (services?.get(entry.service) !== entry) return false;
    entry.owner.detach(entry.owned);
    services.delete(entry.service);
    if (services.size === 0) this.#domains.delete(entry.domain);
    return true;
  }

  /** The services of a domain, by name. */
  names(domain: string): readonly string[] {
    return [...(this.#domains.get(lower(domain))?.keys() ?? [])];
  }

  describe(): ReturnType<Services['all']> {
    // Made of entries, so that a domain may be called like anything that objects have by themselves.
    return Object.fromEntries(
      [...this.#domains].map(([name, services]) => [
        name,
        Object.fromEntries([...services].map(([key, entry]) => [key, described(entry)])),
      ]),
    );
  }
}

function described(entry: RegisteredService): ServiceDescription {
  const { domain, service, supportsResponse, owner } = entry;
  return { domain, service, supportsResponse, owner: owner.name };
}

/**
 * What `register` was given, checked; `end` is called when the owner is unloaded.
 *
 * @throws InvalidOptionError naming what is wrong, and the value.
 */
export function registration(
  owner: Scope,
  domain: string,
  service: string,
  handler: ServiceHandler<never>,
  options: ServiceOptions<never>,
  end: () => void,
): RegisteredService {
  const job = handler instanceof Job ? handler : new Job(handler);
  const checked = checkOffer(domain, service, options);
  return {
    ...checked,
    owner,
    owned: { name: `service ${checked.domain}.${checked.service}`, silence: end },
    job: job as unknown as Job<unknown[]>,
  };
}

/**
 * The name of a service, in lower case, and its options.
 *
 * @throws InvalidOptionError naming what is wrong, and the value.
 */
export function checkOffer(
  domain: string,
  service: string,
  { schema, supportsResponse = 'none' }: ServiceOptions<never>,
): Pick<RegisteredService, 'domain' | 'service' | 'schema' | 'supportsResponse'> {
  if (!RESPONSES.includes(supportsResponse))
    throw new InvalidOptionError(
      `Expected \`none\`, \`optional\` or \`only\` as \`supportsResponse\`, got ${quote(supportsResponse)}.`,
    );
  if (schema !== undefined && typeof schema?.['~standard']?.validate !== 'function')
    throw new InvalidOptionError(`Expected a Standard Schema as \`schema\`, got ${quote(schema)}.`);
  return {
    domain: slug('domain', domain),
    service: slug('name of a service', service),
    schema,
    supportsResponse,
  };
}

function slug(what: string, name: unknown): string {
  if (typeof name === 'string' && /^[a-z0-9_]+$/.test(lower(name))) return lower(name);
  throw new InvalidOptionError(
    `Expected a ${what} of letters, digits and underscores, got ${quote(name)}.`,
  );
}

function lower(name: unknown): string {
  return String(name).toLowerCase();
}
