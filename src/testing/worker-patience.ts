import type { Executor } from '../executor/executor.js';
import { InlineExecutor } from '../executor/inline-executor.js';
import type { Hub } from '../hub-api/hub.js';
import { Patience } from './patience.js';

/** Real milliseconds for which starting and stopping wait for a worker that gives no sign of life. */
const PATIENCE_MS = 2_000;

/**
 * Whether virtual time has to stand still because a worker works, in real time.
 *
 * While the hub starts or stops, its limits are there for a worker that hangs: after two real
 * seconds in which no job begins or ends, time goes on without it.
 */
export function holdsTime(
  hub: Hub,
  executor: Pick<Executor, 'stats'>,
  isStopping: () => boolean,
): () => boolean {
  const patience = new Patience(PATIENCE_MS);
  let seen = '';
  return () => {
    const { queued, completed, ...stats } = executor.stats; // asked at every step of the clock
    const running = executor instanceof InlineExecutor ? executor.calling : stats.running;
    if (running === 0) return false;
    const sign = `${running} ${queued} ${completed} ${isStopping()}`;
    if (sign !== seen) patience.renew();
    seen = sign;
    const hasLimit = isStopping() || hub.state === 'starting';
    return !hasLimit || !patience.isOver();
  };
}
