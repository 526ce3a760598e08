import { InvalidOptionError } from '../errors/input-errors.js';
import {
  ConfigEntryAuthFailed,
  ConfigEntryError,
  ConfigEntryNotReady,
  OperationNotAllowedError,
} from '../errors/integration-errors.js';
import { quote } from '../errors/quote.js';
import { TimeoutError } from '../errors/work-errors.js';
import type { Hub } from '../hub-api/hub.js';
import type { Entities, Platform, PollingOptions } from '../hub-api/platform.js';
import type { ManagedEntry } from './config-entry.js';
import { inTime } from './in-time.js';

/** Makes the entities of one kind for an entry; how that is done is known further up. */
export type NewEntities = (
  hub: Hub,
  options: PollingOptions & { readonly domain: string; readonly integration: string },
) => Entities;

/** How long the set-up of an entry waits for one of its platforms; Home Assistant's figure. */
const LIMIT_MS = 60_000;

/**
 * Sets up the platforms of an entry side by side, each on its own: one that fails is reported, and
 * one that takes too long is named and goes on alone; the entry is loaded all the same.
 *
 * @throws OperationNotAllowedError outside of the set-up of an entry that is not loaded, and for a
 * platform that was set up already; InvalidOptionError naming one that the integration does not
 * have. In both cases none is set up.
 */
export async function forwardSetups(
  entry: ManagedEntry,
  names: readonly string[],
  newEntities: NewEntities,
): Promise<void> {
  const { hub, label } = entry;
  const isTime = entry.state === 'setup_in_progress' || entry.state === 'loaded';
  if (!hub || hub.scope.closed || !isTime)
    throw new OperationNotAllowedError(
      `The platforms of ${label} can be set up in its \`setupEntry\`, or while it is loaded; it is \`${entry.state}\`.`,
    );
  const platforms = platformsOf(entry, names);
  const setUps = platforms.map(async ([name, platform]) => {
    entry.platforms.add(name);
    entry.pendingPlatforms.add(name);
    await setUp(entry, hub, name, platform, newEntities);
    if (entry.hub === hub) entry.pendingPlatforms.delete(name);
  });
  await Promise.all(setUps);
}

function platformsOf(
  { integration, label, platforms: begun }: ManagedEntry,
  names: readonly string[],
): readonly (readonly [string, Platform])[] {
  const { domain, platforms = {} } = integration ?? {};
  if (!isList(names))
    throw new InvalidOptionError(
      `Expected a list of platforms like ['sensor'], got ${quote(names)}.`,
    );
  return [...new Set(names)].map((name) => {
    const platform = Object.hasOwn(platforms, name) ? platforms[name] : undefined;
    if (!platform)
      throw new InvalidOptionError(
        `${domain} has no platform ${quote(name)}; it has: ${Object.keys(platforms).join(', ') || 'none'}.`,
      );
    if (begun.has(name))
      throw new OperationNotAllowedError(`The platform ${name} of ${label} was set up already.`);
    return [name, platform];
  });
}

function isList(names: unknown): boolean {
  return Array.isArray(names);
}

async function setUp(
  entry: ManagedEntry,
  hub: Hub,
  domain: string,
  platform: Platform,
  newEntities: NewEntities,
): Promise<void> {
  const { parallelUpdates, scanIntervalMs } = platform;
  const { label } = entry;
  const report = (error: unknown): void =>
    hub.scope.report({ error, source: 'integration', owner: label, name: `platform ${domain}` });
  const body = (): unknown =>
    platform.setupEntry(
      hub,
      entry,
      newEntities(hub, {
        domain,
        integration: entry.domain,
        ...(parallelUpdates !== undefined && { parallelUpdates }),
        ...(scanIntervalMs !== undefined && { scanIntervalMs }),
      }),
    );
  const task = hub.createTask(body, { name: `set up ${domain} of ${label}` });
  const settled = task.catch((error: unknown) => {
    // That an unloading ends it is no failure.
    if (!task.isCancelled) report(explained(error, domain, label));
  });
  const what = `The platform ${domain} of ${label}`;
  const limits = { ms: LIMIT_MS, signal: hub.scope.signal };
  await inTime(settled, what, limits).catch((error: unknown) => {
    if (error instanceof TimeoutError) report(error); // it goes on alone
  });
}

/** What asks for another try of the whole entry cannot have it any more. */
function explained(error: unknown, domain: string, label: string): unknown {
  const isForEntry =
    error instanceof ConfigEntryNotReady ||
    error instanceof ConfigEntryAuthFailed ||
    error instanceof ConfigEntryError;
  if (!isForEntry) return error;
  return new ConfigEntryError(
    `The platform ${domain} of ${label} threw ${error.name} (${quote(error.message)}), which has no effect there: throw it in \`setupEntry\` of ${label}, before \`forwardEntrySetups\`.`,
    { cause: error },
  );
}
