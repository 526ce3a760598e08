import type { Hub } from '../hub-api/hub.js';
import { type Unsubscribe, unsubscribe } from '../ownership/unsubscribe.js';

type Signal = 'SIGINT' | 'SIGTERM';
const EXIT_CODES: Readonly<Record<Signal, number>> = { SIGINT: 130, SIGTERM: 143 };

/**
 * Stops the hub at the first SIGINT or SIGTERM, and sets the exit code to 0; a second one ends the
 * process at once. `onSignal` is told of the first.
 */
export function stopOnSignals(hub: Hub, onSignal?: (signal: Signal) => void): Unsubscribe {
  let isStopping = false;
  const stop = (signal: Signal): void => {
    if (isStopping) process.exit(EXIT_CODES[signal]);
    isStopping = true;
    onSignal?.(signal);
    process.exitCode = 0;
    void hub.stop().then(() => end());
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  const end = unsubscribe(() => process.off('SIGINT', stop).off('SIGTERM', stop));
  return end;
}
