import { asyncScheduler, filter, firstValueFrom, interval } from 'rxjs';
import { Hub, type HubStage, type Integration, isHubError, stopOnSignals } from 'rxhome';
import { activityRows } from 'rxhome/inspector';
import { builtInIntegrations } from 'rxhome/integrations';
import { ChainPrinter } from './chain-printer.js';
import { type Config, readConfig } from './config.js';
import { withIds } from './entry-ids.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import { legend } from './legend.js';
import { loadEntry, loadOf } from './load.js';
import { configPlace, packageManifest } from './package-files.js';
import { type PageOptions, showPage } from './page.js';
import { simulatedEntry, unrealWords } from './simulation.js';
import { type Terminal, terminal, whenNobodyReads } from './terminal.js';
import { terminalLogger } from './terminal-logger.js';

export interface StartOptions extends PageOptions {
  readonly config?: string;
  readonly quiet?: boolean;
  /** Commander's name for `--no-color`: it is `false` then. */
  readonly color?: boolean;
  /** A home that is made up, besides what is configured. */
  readonly simulate?: boolean;
  /** Made-up events and changes per second. */
  readonly load?: number;
}

const TICK_MS = 100;

const STAGE_WORDS: Partial<Record<HubStage, string>> = {
  stopping: 'Stopping: what runs may finish …',
  final_write: 'Last chance to write something down …',
};

/** Runs a hub until a signal stops it. @returns the exit code */
export async function start(options: StartOptions): Promise<ExitCode> {
  const { quiet: isQuiet = false } = options;
  const to = terminal(options.color);
  const place = configPlace(options.config);
  let config: Config;
  try {
    config = await readConfig(place.path, builtInIntegrations);
  } catch (error) {
    if (!isHubError(error, 'INVALID_CONFIG')) throw error;
    to.note(to.err.red(error.message));
    return EXIT.unusable;
  }
  for (const { message } of config.problems) to.note(`${to.err.red(message)} It is left out.`);

  const hub = new Hub({
    ...config.hub,
    logger: terminalLogger(to.note, to.err, isQuiet),
    configDir: place.dir ?? config.dir,
  });
  whenNobodyReads(() => void hub.stop());
  const printer = isQuiet ? undefined : printChains(hub, to);
  // Also what keeps the process alive, whatever the integrations do.
  const ticks = interval(TICK_MS).subscribe(() => printer?.tick(asyncScheduler.now()));
  const stopping = firstValueFrom(hub.stage$.pipe(filter((stage) => stage === 'stopping')));
  stopOnSignals(hub);

  addEntries(hub, config, options, to);
  await hub.start();
  if (hub.state === 'running') {
    const page = await showPage(hub, options, to);
    if (!isQuiet) greet(hub, config.name, { page, unreal: unrealWords(options) }, to);
  }

  hub.stage$.subscribe((stage) => {
    const words = STAGE_WORDS[stage];
    if (words !== undefined && !isQuiet) to.print(to.out.dim(words));
  });
  await stopping;
  await hub.stop(); // whoever began it, this joins
  ticks.unsubscribe();
  printer?.end(asyncScheduler.now());
  if (!isQuiet) to.print(to.out.dim('Stopped.'));
  return EXIT.ok;
}

function printChains(hub: Hub, to: Terminal): ChainPrinter {
  const printer = new ChainPrinter(to.print, {
    colors: to.out,
    nameOf: (entityId) => hub.states.get(entityId)?.name,
  });
  activityRows(hub).subscribe(({ rows, updates }) => {
    const now = asyncScheduler.now();
    for (const row of [...rows, ...updates])
      // Those stand in the log already.
      if (row.kind !== 'error' && row.kind !== 'diagnostic') printer.add(row, now);
  });
  return printer;
}

function addEntries(hub: Hub, config: Config, options: StartOptions, to: Terminal): void {
  const { simulate = false, load } = options;
  const more: Integration[] = load === undefined ? [] : [loadOf(load)];
  for (const integration of [...builtInIntegrations, ...more])
    hub.configEntries.registerIntegration(integration);
  const entries = [
    ...config.entries,
    ...(simulate ? [simulatedEntry] : []),
    ...(load === undefined ? [] : [loadEntry]),
  ];
  for (const entry of withIds(entries))
    hub.configEntries
      .add({ ...entry, stored: false })
      .catch((error: unknown) => to.note(to.err.red(String(error))));
}

function greet(
  hub: Hub,
  config: string,
  { page, unreal }: { readonly page: string | null; readonly unreal: string | null },
  { print, out }: Terminal,
): void {
  const { version } = packageManifest();
  if (page !== null) print(page);
  if (unreal !== null) print(out.yellow(unreal));
  for (const line of legend(hub, { version, config }, out)) print(line);
}
