import { type Command, InvalidArgumentError, Option } from 'commander';
import { EXIT_WORDS } from '../exit-codes.js';
import { isLoad } from '../load.js';
import type { StartOptions } from '../start.js';
import { portOption } from './hub-command.js';

export function addStart(program: Command): void {
  program
    .command('start')
    .description('starts a hub and shows what happens in it: on a page, and here')
    .option('-c, --config <file>', 'the configuration; by default ./rxhome.yaml, else a small one')
    .option('-q, --quiet', 'tell of problems only')
    .option('--port <n>', 'the port of the page; by default 8128, or the next free one', portOption)
    .option('--no-page', 'no page, and so nothing for the other commands to talk to')
    .option('--no-open', 'do not open the page')
    .option('--simulate', 'a simulated home besides; said so on the page')
    .addOption(
      new Option('--load <n>', 'made-up events per second, to see how the hub bears it')
        .argParser(loadOption)
        .conflicts('simulate'),
    )
    .option('--no-color', 'no colours, also on a terminal')
    .addHelpText('after', EXIT_WORDS)
    .action(async (options: StartOptions) => {
      const { start } = await import('../start.js');
      // An integration that leaves something open must not keep a stopped hub from ending.
      process.exit(await start(options));
    });
}

function loadOption(text: string): number {
  const load = Number(text);
  if (isLoad(load)) return load;
  throw new InvalidArgumentError('Expected a whole number from 1 to 100000.');
}
