import { asyncScheduler, filter, firstValueFrom, interval } from 'rxjs';
import { Hub, type HubStage, isHubError, stopOnSignals } from 'rxhome';
import { builtInIntegrations } from 'rxhome/integrations';
import { ChainPrinter } from './chain-printer.js';
import { colors, wantsColor } from './colors.js';
import { type Config, readConfig } from './config.js';
import { withIds } from './entry-ids.js';
import { legend } from './legend.js';
import { configPlace, packageVersion } from './package-files.js';
import { terminalLogger } from './terminal-logger.js';

export interface StartOptions {
  readonly config?: string;
  readonly quiet?: boolean;
  /** Commander's name for `--no-color`: it is `false` then. */
  readonly color?: boolean;
}

/** What a configuration that cannot be used ends with. */
export const EXIT_UNUSABLE = 2;

const TICK_MS = 100;

const STAGE_WORDS: Partial<Record<HubStage, string>> = {
  stopping: 'Stopping: what runs may finish …',
  final_write: 'Last chance to write something down …',
};

/** Runs a hub until a signal stops it. @returns the exit code */
export async function start(options: StartOptions): Promise<number> {
  const { quiet: isQuiet = false } = options;
  const print = (line: string): unknown => process.stdout.write(`${line}\n`);
  const warn = (line: string): unknown => process.stderr.write(`${line}\n`);
  const out = colors(wantsColor(process.stdout, options.color === false));
  const err = colors(wantsColor(process.stderr, options.color === false));

  const place = configPlace(options.config);
  let config: Config;
  try {
    config = await readConfig(place.path, builtInIntegrations);
  } catch (error) {
    if (!isHubError(error, 'INVALID_CONFIG')) throw error;
    warn(err.red(error.message));
    return EXIT_UNUSABLE;
  }
  for (const { message } of config.problems) warn(`${err.red(message)} It is left out.`);

  const hub = new Hub({
    ...config.hub,
    logger: terminalLogger(warn, err, isQuiet),
    configDir: place.dir ?? config.dir,
  });
  const printer = isQuiet ? undefined : new ChainPrinter(print, out);
  if (printer) hub.activity$.subscribe((activity) => printer.add(activity));
  // Also what keeps the process alive, whatever the integrations do.
  const ticks = interval(TICK_MS).subscribe(() => printer?.tick(asyncScheduler.now()));
  const stopping = firstValueFrom(hub.stage$.pipe(filter((stage) => stage === 'stopping')));
  stopOnSignals(hub);

  for (const integration of builtInIntegrations) hub.configEntries.registerIntegration(integration);
  for (const entry of withIds(config.entries))
    hub.configEntries
      .add({ ...entry, stored: false })
      .catch((error: unknown) => warn(err.red(String(error))));
  await hub.start();
  if (hub.state === 'running' && !isQuiet)
    for (const line of legend(hub, { version: packageVersion(), config: config.name }, out))
      print(line);

  hub.stage$.subscribe((stage) => {
    const words = STAGE_WORDS[stage];
    if (words !== undefined && !isQuiet) print(out.dim(words));
  });
  await stopping;
  await hub.stop(); // whoever began it, this joins
  ticks.unsubscribe();
  printer?.end(asyncScheduler.now());
  if (!isQuiet) print(out.dim('Stopped.'));
  return 0;
}
