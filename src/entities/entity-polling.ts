import { runByTimer, Wait } from '../causality/wait.js';
import { every, type CancelTimer, now } from '../clock/clock.js';
import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';
import type { Hub } from '../hub-api/hub.js';
import type { AddedEntity } from './added-entity.js';

/** Whose entities are polled, and how one is. */
export interface Polled {
  readonly name: string;
  readonly entities: () => readonly AddedEntity[];
  readonly update: (added: AddedEntity, signal: AbortSignal) => Promise<void>;
}

/**
 * Updates the entities of a platform in its rhythm, as long as there are any. A round that comes
 * while the last one still runs is left out, and that is said. A failure is reported when it
 * begins, and its end is logged; the other entities are updated all the same.
 */
export class EntityPolling {
  readonly #hub: Hub;
  readonly #intervalMs: number;
  readonly #polled: Polled;
  readonly #failing = new WeakSet<AddedEntity>();
  #cancelTimer: CancelTimer | undefined;
  #isRunning = false;

  /** @throws InvalidOptionError when the interval is not a number above 0. */
  constructor(hub: Hub, scanIntervalMs: number, polled: Polled) {
    if (!(Number.isFinite(scanIntervalMs) && scanIntervalMs > 0))
      throw new InvalidOptionError(
        `Expected milliseconds above 0 as \`scanIntervalMs\`, got ${quote(scanIntervalMs)}.`,
      );
    this.#hub = hub;
    this.#intervalMs = scanIntervalMs;
    this.#polled = polled;
  }

  /** There may be something to poll now. */
  wake(): void {
    const { scope } = this.#hub;
    if (this.#cancelTimer || scope.closed || this.#polled.entities().length === 0) return;
    const owned = { name: `polling of ${this.#polled.name}`, silence: () => this.#cancelTimer?.() };
    const wait = (): Wait | null => Wait.of(scope, 'timer', owned.name, now() + this.#intervalMs);
    let period = wait();
    const cancel = every(this.#intervalMs, () => {
      const ended = period;
      ended?.end('done');
      period = wait();
      runByTimer(scope, ended, () => this.#round());
    });
    scope.attach(owned);
    this.#cancelTimer = () => {
      cancel();
      period?.end('cancelled');
      scope.detach(owned);
      this.#cancelTimer = undefined;
    };
  }

  /** There is nothing to poll any more. */
  rest(): void {
    this.#cancelTimer?.();
  }

  #round(): void {
    const entities = this.#polled.entities();
    const { state } = this.#hub;
    if (entities.length === 0 || state === 'stopping' || state === 'final_write') {
      this.#cancelTimer?.();
      return;
    }
    if (this.#isRunning) {
      const { name } = this.#polled;
      this.#hub.logger.warn(
        `The entities of ${name} take longer to update than the ${this.#intervalMs} ms between two rounds; a round was left out.`,
      );
      return;
    }
    this.#isRunning = true;
    const name = `update ${this.#polled.name}`;
    void this.#hub
      .createBackgroundTask(
        async (signal) => {
          await Promise.all(entities.map((added) => this.#update(added, signal)));
        },
        { name },
      )
      .ended.then(() => (this.#isRunning = false));
  }

  async #update(added: AddedEntity, signal: AbortSignal): Promise<void> {
    const { scope } = added.hub;
    try {
      if (added.isWritable) await this.#polled.update(added, signal);
      if (this.#failing.delete(added) && !scope.closed)
        this.#hub.logger.info(`${added.entityId} can be updated again.`);
    } catch (error) {
      if (signal.aborted || scope.closed || this.#failing.has(added)) return;
      this.#failing.add(added);
      const name = `update ${added.entityId}`;
      scope.report({ error, source: 'integration', owner: this.#hub.scope.name, name });
    }
  }
}
