import { asyncScheduler } from 'rxjs';
import { isHubError, type Logger } from 'rxhome';
import type { Colors } from './colors.js';
import { timeOfDay } from './time-of-day.js';

/** The log of the hub on a terminal: one line each, and for a bug the place in the code. */
export function terminalLogger(
  write: (line: string) => void,
  colors: Colors,
  isQuiet: boolean,
): Logger {
  const line = (message: string): string =>
    `${colors.dim(timeOfDay(asyncScheduler.now()))} ${message}`;
  return {
    debug: () => undefined,
    info: (message) => isQuiet || write(line(message)),
    warn: (message) => write(line(colors.yellow(`! ${message}`))),
    error: (message, fields) => {
      const place = placeOf(fields?.['error']);
      write(line(colors.red(`✗ ${message}`)) + (place ? colors.dim(`\n         ${place}`) : ''));
    },
  };
}

/**
 * The first line of the stack that is not Node's: who has to look at his code. An error with a
 * cause was made on purpose, and says what is wrong.
 */
function placeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || isHubError(error) || error.cause !== undefined) return undefined;
  return error.stack
    ?.split('\n')
    .map((line) => line.trim())
    .find((line) => line.startsWith('at ') && !/node:|node_modules/.test(line));
}
