import { type Hub, sleep } from 'rxhome';
import { countPrimes } from './prime-numbers.js';

/* What goes wrong in real homes, on purpose: each of them is real, and each of them is found. */

const STALL_NS = 400_000_000n;
const PIECE = 20_000;
const MOST_LEAKS = 10;
const NOT_JSON = '{ "temperature": 21.5, "humidity": }';

/** Counts prime numbers where it must not: on the event loop, for 400 ms. */
export function stallTheLoop(): void {
  const end = process.hrtime.bigint() + STALL_NS;
  while (process.hrtime.bigint() < end) countPrimes(PIECE);
}

/** A task that reads what a broken thermometer has sent. Nobody waits for it. */
export function breakATask(hub: Hub): void {
  void hub.createTask(
    async (signal) => {
      await sleep(150, { signal });
      return JSON.parse(NOT_JSON) as unknown;
    },
    { name: 'read the thermometer' },
  );
}

/** Guests who listen through the hub of their host, and go home without a word. */
export class Guests {
  readonly #host: Hub;
  #count = 0;

  constructor(host: Hub) {
    this.#host = host;
  }

  /** One more comes, listens and goes; from the eleventh on nobody comes any more. */
  async invite(): Promise<void> {
    const host = this.#host;
    if (this.#count === MOST_LEAKS) {
      host.logger.info(`${MOST_LEAKS} guests have left a listener: reload the house to end them.`);
      return;
    }
    const name = `guest ${++this.#count}`;
    const scope = host.scope.child(name);
    const guest = host.scoped(scope);
    // The mistake: `guest.bus` would end with the guest, and `host.bus` does not.
    await guest.createTask(
      async () => void host.bus.listen('doorbell', () => undefined, { name: `${name} listens` }),
      { name: `${name} visits` },
    );
    await scope.close();
  }
}
