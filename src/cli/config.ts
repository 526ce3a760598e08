import { type HubOptions, InvalidConfigError, type Integration, type NewConfigEntry } from 'rxhome';
import { checkPart, shown } from './config-check.js';
import { ConfigFile } from './config-file.js';
import { hubSettings, toHubOptions } from './hub-settings.js';
import { nearest } from './nearest.js';

/** A configuration, checked. */
export interface Config {
  /** How the file is named in messages. */
  readonly name: string;
  /** The folder of the file. */
  readonly dir: string;
  readonly hub: HubOptions;
  readonly entries: readonly NewConfigEntry[];
  /** What was left out because it is wrong; each names file, line and column. */
  readonly problems: readonly InvalidConfigError[];
}

type Domains = ReadonlyMap<string, Integration>;

/**
 * Reads a configuration: domains of integrations, each with the options of one entry or a list of
 * them, and `hub:`. An entry that is wrong is left out, and told of in `problems`.
 *
 * @throws InvalidConfigError (as a rejection) when the file cannot be used at all: it cannot be
 * read, is no YAML or no map, or nothing usable is in it.
 */
export async function readConfig(
  path: string,
  integrations: readonly Integration[],
): Promise<Config> {
  const file = await ConfigFile.read(path);
  const domains: Domains = new Map(integrations.map((one) => [one.domain, one]));
  const { data } = file;
  if (data === null || data === undefined)
    throw file.problem([], `there is nothing in this file; it can have: ${list(domains)}.`);
  if (!isMap(data))
    throw file.problem(
      [],
      `expected a map of integrations like \`system_monitor:\`, got ${shown(data)}.`,
    );

  const entries: NewConfigEntry[] = [];
  const problems: InvalidConfigError[] = [];
  let hub: HubOptions = {};
  for (const [domain, value] of Object.entries(data)) {
    if (domain === 'hub') {
      const checked = await checkPart(file, ['hub'], 'hub', hubSettings, value ?? {});
      if ('problems' in checked) problems.push(...checked.problems);
      else hub = toHubOptions(checked.value as Parameters<typeof toHubOptions>[0]);
      continue;
    }
    const integration = domains.get(domain);
    if (!integration) {
      problems.push(file.keyProblem([domain], unknownIntegration(domain, domains)));
      continue;
    }
    const parts = Array.isArray(value) ? (value as unknown[]) : [value];
    for (const [i, part] of parts.entries()) {
      const at = Array.isArray(value) ? [domain, i] : [domain];
      const checked = await readEntry(file, at, integration, part);
      if ('entry' in checked) entries.push(checked.entry);
      else problems.push(...checked.problems);
    }
  }
  if (entries.length === 0)
    throw new InvalidConfigError(
      problems.length > 0
        ? problems.map(({ message }) => message).join('\n')
        : file.problem([], `no integration is configured; there are: ${list(domains)}.`).message,
    );
  return { name: file.name, dir: file.dir, hub, entries, problems };
}

async function readEntry(
  file: ConfigFile,
  at: readonly PropertyKey[],
  { domain, configSchema }: Integration,
  part: unknown,
): Promise<{ readonly entry: NewConfigEntry } | { readonly problems: InvalidConfigError[] }> {
  if (part !== null && !isMap(part)) {
    const message = `expected the options of ${domain} as a map, got ${shown(part)}.`;
    return { problems: [file.problem(at, message)] };
  }
  const { title, ...data } = part ?? {};
  if (title !== undefined && typeof title !== 'string') {
    const message = `\`title\` of ${domain}: expected text, got ${shown(title)}.`;
    return { problems: [file.problem([...at, 'title'], message)] };
  }
  const entry = { domain, data, ...(title !== undefined && { title }) };
  if (!configSchema) return { entry };
  const checked = await checkPart(file, at, domain, configSchema, data);
  return 'problems' in checked ? checked : { entry };
}

function unknownIntegration(domain: string, domains: Domains): string {
  const meant = nearest(domain, [...domains.keys(), 'hub']);
  const hint = meant ? `Did you mean \`${meant}\`?` : `There are: ${list(domains)}.`;
  return `there is no integration \`${domain}\`. ${hint}`;
}

function list(domains: Domains): string {
  return [...domains.keys(), 'hub'].join(', ');
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
