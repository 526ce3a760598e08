#!/usr/bin/env node
import { Command } from 'commander';
import { packageVersion } from './package-files.js';
import { start, type StartOptions } from './start.js';

const program = new Command('rxhome')
  .description('A reactive event bus and async core for home automation.')
  .version(packageVersion());

program
  .command('start')
  .description('starts a hub and shows what happens in it, one line per chain of causes')
  .option('-c, --config <file>', 'the configuration; by default ./rxhome.yaml, else a small one')
  .option('-q, --quiet', 'tell of problems only')
  .option('--no-color', 'no colours, also on a terminal')
  .action(async (options: StartOptions) => {
    // An integration that leaves something open must not keep a stopped hub from ending.
    process.exit(await start(options));
  });

await program.parseAsync();
