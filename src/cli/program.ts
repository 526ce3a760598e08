import { Command, CommanderError } from 'commander';
import { addCall } from './commands/call.js';
import { addDoctor } from './commands/doctor.js';
import { addFire } from './commands/fire.js';
import { addListeners } from './commands/listeners.js';
import { addStart } from './commands/start.js';
import { addStates } from './commands/states.js';
import { addTail } from './commands/tail.js';
import { addTasks } from './commands/tasks.js';
import { addWhy } from './commands/why.js';
import { Ending, EXIT, EXIT_WORDS, type ExitCode } from './exit-codes.js';
import { packageManifest } from './package-files.js';
import { terminal } from './terminal.js';

const COMMANDS = [
  addStart,
  addTail,
  addWhy,
  addStates,
  addCall,
  addFire,
  addListeners,
  addTasks,
  addDoctor,
];

/** Runs the command that the words name. @returns what the process is to end with */
export async function runCommand(words: readonly string[]): Promise<ExitCode> {
  const program = new Command('rxhome')
    .description('A reactive event bus and async core for home automation.')
    .version(packageManifest().version)
    .addHelpText('after', EXIT_WORDS)
    .exitOverride();
  for (const add of COMMANDS) add(program);
  try {
    await program.parseAsync(words, { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    return endedBy(error);
  }
}

/** Says why a command has ended, and what it ends with. A bug keeps its stack. */
function endedBy(error: unknown): ExitCode {
  // Commander has said what is wrong.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.unusable;
  if (!(error instanceof Ending)) throw error;
  const { note, err } = terminal(undefined);
  if (error.message !== '') note(err.red(error.message));
  return error.exitCode;
}
