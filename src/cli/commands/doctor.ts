import type { Command } from 'commander';
import { Ending, EXIT, EXIT_WORDS } from '../exit-codes.js';
import type { Finding } from '../doctor/finding.js';
import { configPlace, packageManifest } from '../package-files.js';
import { plain } from '../plain-text.js';
import { type Terminal, terminal } from '../terminal.js';
import { portOption } from './hub-command.js';

interface DoctorOptions {
  readonly config?: string;
  readonly port?: number;
  readonly json?: boolean;
  readonly color?: boolean;
}

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('looks whether a hub can run here, and what this machine can do; takes 5 seconds')
    .option('-c, --config <file>', 'the configuration; by default ./rxhome.yaml, else a small one')
    .option('--port <n>', 'the port at which the page shall be; by default 8128', portOption)
    .option('--json', 'NDJSON: one object per line')
    .option('--no-color', 'no colours, also on a terminal')
    .addHelpText('after', EXIT_WORDS)
    .action(doctor);
}

async function doctor({ config, port, json, color }: DoctorOptions): Promise<void> {
  const to = terminal(color);
  let isBroken = false;
  const tell = (finding: Finding): void => {
    isBroken ||= finding.health === 'broken';
    if (json) to.json(finding);
    else show(finding, to);
  };
  const { nodeVersion } = await import('../doctor/node-version.js');
  tell(nodeVersion(process.versions.node, packageManifest().engines.node));
  // An old Node may not even load what the other checks need.
  if (isBroken) throw new Ending('', EXIT.no);
  for (const check of await checks(configPlace(config), port))
    for (const finding of await check()) tell(finding);
  if (isBroken) throw new Ending('', EXIT.no);
}

/** One after the other: each would be in the way of what the next one measures. */
async function checks(
  place: ReturnType<typeof configPlace>,
  port: number | undefined,
): Promise<readonly (() => Promise<readonly Finding[]>)[]> {
  const [{ filesOf }, { idleLoop, threadsAndSensors }, { portIsFree }, { DEFAULT_PORT }] =
    await Promise.all([
      import('../doctor/files.js'),
      import('../doctor/machine.js'),
      import('../doctor/port.js'),
      import('rxhome/inspector'),
    ]);
  return [
    async () => [await portIsFree(port ?? DEFAULT_PORT)],
    () => filesOf(place),
    async () => [await idleLoop()],
    threadsAndSensors,
  ];
}

function show({ health, text, advice }: Finding, { print, out }: Terminal): void {
  const mark = {
    ok: out.green('✓'),
    warning: out.yellow('!'),
    broken: out.red('✗'),
  }[health];
  print(`${mark} ${plain(text)}`);
  if (advice !== null) print(`  ${out.dim(plain(advice))}`);
}
