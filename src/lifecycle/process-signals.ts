import { Subscription } from 'rxjs';
import { after, type CancelTimer, every } from '../clock/clock.js';
import type { Hub } from '../hub-api/hub.js';
import { type Unsubscribe, unsubscribe } from '../ownership/unsubscribe.js';

type Signal = 'SIGINT' | 'SIGTERM';
const EXIT_CODES: Readonly<Record<Signal, number>> = { SIGINT: 130, SIGTERM: 143 };

/** Milliseconds that the process gets to end by itself once its last hub has stopped. */
const EXIT_GRACE_MS = 5_000;

/**
 * How long npm may take to send on what the terminal has sent; counted in steps, because a process
 * that a busy machine does not let run hears late of what was sent at once.
 */
const ECHO_STEPS = 10;
const ECHO_STEP_MS = 50;

/** The hubs of the process that a signal is stopping. */
const stopping = new Set<Hub>();

/**
 * Stops the hub at the first SIGINT or SIGTERM; a second one ends the process at once, with 130 or
 * 143. `onSignal` is told of the first. Of one Ctrl+C under npm come two signals: those within half a
 * second, in which the process runs, are one. Ends by itself when the hub has stopped and, if that was
 * for a signal, that half second is over.
 *
 * The exit code becomes 0, unless somebody has set one. The process ends when nothing keeps it any
 * more. What the hub has left behind (a request, a timer, a thread) may keep it: after 5 s a
 * warning names what it is, and the process ends all the same.
 */
export function stopOnSignals(hub: Hub, onSignal?: (signal: Signal) => void): Unsubscribe {
  let isStopping = false;
  let hasStopped = false;
  let steps = 0;
  let endSteps: CancelTimer = () => undefined;
  const stage = new Subscription();
  const stop = (signal: Signal): void => {
    if (isStopping && steps < ECHO_STEPS && isEcho(signal)) return;
    if (isStopping) process.exit(EXIT_CODES[signal]);
    isStopping = true;
    endSteps = every(ECHO_STEP_MS, step, { unref: true });
    stopping.add(hub);
    onSignal?.(signal);
    process.exitCode ??= 0;
    void hub.stop().then(() => {
      stopping.delete(hub);
      if (stopping.size === 0) after(EXIT_GRACE_MS, () => exit(hub), { unref: true });
    });
  };
  const step = (): void => {
    if (++steps < ECHO_STEPS) return;
    endSteps();
    if (hasStopped) end();
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  const end = unsubscribe(() => {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    endSteps();
    stage.unsubscribe();
  });
  stage.add(
    hub.stage$.subscribe({
      complete: () => {
        hasStopped = true;
        // The second one may come when the hub has stopped already, and would kill the process.
        if (!isStopping || steps >= ECHO_STEPS) end();
      },
    }),
  );
  return end;
}

/** A terminal sends Ctrl+C to all that it runs, and npm sends what it gets to what it runs. */
function isEcho(signal: Signal): boolean {
  const { env, stdin } = process;
  return signal === 'SIGINT' && env['npm_lifecycle_event'] !== undefined && stdin.isTTY;
}

function exit(hub: Hub): void {
  if (stopping.size > 0) return; // another hub was told to stop meanwhile
  const holders = [...new Set(process.getActiveResourcesInfo())].sort().join(', ');
  hub.logger.warn(`The hub has stopped; the process ends although it is kept by: ${holders}.`);
  process.exit();
}
