import { type Command, InvalidArgumentError } from 'commander';
import { Ending, EXIT_WORDS } from '../exit-codes.js';
import { findHub } from '../find-hub.js';
import { type HubPlace, readPort } from '../hub-address.js';
import type { HubClient } from '../hub-client.js';
import { type Terminal, terminal } from '../terminal.js';

/** What every command understands that talks to a running hub. */
export interface HubCommandOptions extends HubPlace {
  readonly json?: boolean;
  /** Commander's name for `--no-color`: it is `false` then. */
  readonly color?: boolean;
}

/** Whom a command asks, and where it writes. */
export interface Asked {
  readonly hub: HubClient;
  readonly to: Terminal;
}

/** A command with the options of all that talk to a running hub. */
export function hubCommand(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .option('--port <n>', 'the port of the hub; by default the first of 8128 to 8137', portOption)
    .option('--url <url>', 'its whole address; also from the environment, as RXHOME_URL')
    .option('--json', 'NDJSON: one object per line')
    .option('--no-color', 'no colours, also on a terminal')
    .addHelpText('after', EXIT_WORDS);
}

/** @throws Ending (as a rejection) when no hub is there. */
export async function ask({ color, ...place }: HubCommandOptions): Promise<Asked> {
  const to = terminal(color);
  return { hub: await findHub(place, (line) => to.note(to.err.dim(line))), to };
}

/** For commander: what is empty is most often a variable of a shell that is not set. */
export function someText(text: string): string {
  if (text !== '') return text;
  throw new InvalidArgumentError('Expected some text.');
}

/** For commander, which names the option in its message. */
export function portOption(text: string): number {
  try {
    return readPort(text);
  } catch (error) {
    throw error instanceof Ending ? new InvalidArgumentError(error.message) : error;
  }
}
