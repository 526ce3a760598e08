import { asyncScheduler, BehaviorSubject, type Observable } from 'rxjs';
import { type Hub, sleep, withTimeout } from 'rxhome';
import { MqttNotConnectedError } from './errors.js';
import type { Connect, LastWill, Link, LinkOptions } from './link.js';
import type { MqttMessage, Qos, Sending } from './message.js';
import type { Complaints } from './complaints.js';
import { Subscriptions } from './subscriptions.js';

const FIRST_RETRY_MS = 500;
const MAX_RETRY_MS = 60_000;
/** A connection that lasts for so long is a good one: the next loss is the first again. */
const GOOD_MS = 10_000;
const ANSWER_MS = 10_000;
const GOODBYE_MS = 2_000;
/** What is retained comes right behind the answers; then entities show what is, not what was. */
const RETAINED_MS = 100;
const MAX_FILTERS_AT_ONCE = 500;

export interface ConnectionOptions extends LinkOptions {
  /** What is told when it is connected. */
  readonly birth: LastWill | undefined;
  readonly connect: Connect;
}

/**
 * The connection to a broker, which outlives the single ones: when one is lost, another is tried
 * for with a growing pause, and all that was subscribed is subscribed again. Nothing is sent later:
 * what is published in between fails.
 */
export class Connection {
  readonly #hub: Hub;
  readonly #options: ConnectionOptions;
  readonly #complaints: Complaints;
  readonly #subscriptions = new Subscriptions();
  readonly #changed = new Set<string>();
  readonly #status = new BehaviorSubject(false);
  #link: Link | undefined;
  #openedAt = 0;
  #losses = 0;
  #syncing: Promise<void> | undefined;

  constructor(hub: Hub, options: ConnectionOptions, complaints: Complaints) {
    this.#hub = hub;
    this.#options = options;
    this.#complaints = complaints;
  }

  get isConnected(): boolean {
    return this.#status.value;
  }

  /** At once whether it is connected, then every change; completes at the end. */
  get status$(): Observable<boolean> {
    return this.#status.asObservable();
  }

  /** Connects for the first time. @throws (as a rejection) as `connect` does */
  async open(): Promise<void> {
    const { scope } = this.#hub;
    scope.own(() => this.#end(), 'goodbye to the broker');
    await this.#connect(scope.signal);
  }

  /**
   * Asks for what is subscribed, tells that we are there, and stays connected from now on.
   *
   * @throws (as a rejection) MqttNotConnectedError, TimeoutError
   */
  async begin(): Promise<void> {
    const { url } = this.#options;
    await this.#greet();
    this.#status.next(true);
    void this.#hub.createBackgroundTask((signal) => this.#stay(signal), {
      name: `connection to ${url}`,
    });
  }

  /** Hands `handler` the messages of a filter that is right, retained ones first. */
  subscribe(filter: string, qos: Qos, handler: (message: MqttMessage) => void): () => void {
    const subscription = this.#subscriptions.add(filter, qos, handler);
    this.#touch(filter);
    return () => {
      this.#subscriptions.remove(subscription);
      this.#touch(filter);
    };
  }

  /** @throws (as a rejection) MqttNotConnectedError */
  async publish(
    topic: string,
    payload: string | Uint8Array,
    { qos = 0, retain = false }: Sending = {},
  ): Promise<void> {
    if (!this.#link?.isOpen)
      throw new MqttNotConnectedError(
        `There is no connection to ${this.#options.url}: nothing was sent to \`${topic}\`.`,
      );
    await this.#link.publish(topic, payload, { qos, retain });
  }

  async #connect(signal: AbortSignal): Promise<void> {
    const onMessage = (message: MqttMessage): void => this.#onMessage(message);
    this.#link = await this.#options.connect(this.#options, onMessage, signal);
    if (this.#hub.scope.closed) await this.#link.end();
    this.#openedAt = asyncScheduler.now();
    this.#subscriptions.forgetRetained();
    for (const filter of this.#subscriptions.filters) this.#changed.add(filter);
  }

  async #greet(): Promise<void> {
    const { birth } = this.#options;
    await withTimeout(ANSWER_MS, async () => {
      this.#syncing ??= this.#sync();
      await this.#syncing;
      if (!this.#link?.isOpen) throw new MqttNotConnectedError('The connection was lost at once.');
      if (birth) await this.publish(birth.topic, birth.payload, birth);
    });
  }

  async #stay(signal: AbortSignal): Promise<void> {
    const { scope, logger } = this.#hub;
    const { url } = this.#options;
    while (!signal.aborted && this.#link) {
      const isOver = new Promise<string>((resolve) =>
        signal.addEventListener('abort', () => resolve(''), { once: true }),
      );
      const reason = await Promise.race([this.#link.closed, isOver]);
      if (signal.aborted) return;
      this.#status.next(false);
      this.#complaints.report(url, lost(url, reason));
      if (asyncScheduler.now() - this.#openedAt > GOOD_MS) this.#losses = 0;
      await this.#reconnect(signal);
      this.#complaints.withdraw(url);
      logger.info(`${scope.name}: the connection to ${url} is back.`);
      this.#status.next(true);
    }
  }

  async #reconnect(signal: AbortSignal): Promise<void> {
    for (;;) {
      await sleep(retryMs(this.#losses++), { signal });
      try {
        await this.#connect(signal);
        await this.#greet();
        await sleep(RETAINED_MS, { signal });
        if (this.#link?.isOpen) return;
      } catch (error) {
        signal.throwIfAborted();
        await this.#link?.end(); // one that does not answer is none
        const { scope, logger } = this.#hub;
        logger.debug(`${scope.name}: ${String(error)}`);
      }
    }
  }

  #onMessage(message: MqttMessage): void {
    for (const { filter, handler } of this.#subscriptions.takersOf(message)) {
      try {
        handler(message);
      } catch (error) {
        this.#complaints.report(`${message.topic} for ${filter}`, error);
      }
    }
  }

  #touch(filter: string): void {
    if (this.#hub.scope.closed) return; // the connection ends, and everything with it
    this.#changed.add(filter);
    if (this.#link?.isOpen) this.#syncing ??= this.#sync();
  }

  /** Tells the broker what is wanted now. What is subscribed in one go is asked for in one go. */
  async #sync(): Promise<void> {
    const link = this.#link;
    try {
      await Promise.resolve();
      while (link?.isOpen && this.#changed.size > 0) {
        const filters = [...this.#changed].slice(0, MAX_FILTERS_AT_ONCE);
        for (const filter of filters) this.#changed.delete(filter);
        await this.#ask(link, filters);
      }
    } finally {
      this.#syncing = undefined;
    }
  }

  async #ask(link: Link, filters: readonly string[]): Promise<void> {
    const asked = filters.map((filter) => this.#subscriptions.wanted(filter) ?? filter);
    const wanted = asked.filter((one) => typeof one !== 'string');
    const gone = asked.filter((one) => typeof one === 'string');
    try {
      const [refused] = await Promise.all([link.subscribe(wanted), link.unsubscribe(gone)]);
      for (const filter of refused)
        this.#complaints.report(
          filter,
          new Error(`The broker does not let us subscribe \`${filter}\`.`),
        );
    } catch (error) {
      // Of a connection that has ended nothing is left, and the next one is asked for all.
      if (link.isOpen) this.#complaints.report('subscribe', error);
    }
  }

  async #end(): Promise<void> {
    const link = this.#link;
    this.#status.complete();
    if (!link?.isOpen) return;
    const { will } = this.#options;
    if (will) {
      const goodbye = link.publish(will.topic, will.payload, will);
      await withTimeout(GOODBYE_MS, goodbye).catch(() => undefined); // then the broker tells it
    }
    await link.end();
  }
}

/** 0.5, 1, 2, 4 … 60 s, and up to half of that less, so that not everybody comes at once. */
export function retryMs(losses: number): number {
  const most = Math.min(FIRST_RETRY_MS * 2 ** losses, MAX_RETRY_MS);
  return most * (1 - Math.random() / 2);
}

function lost(url: string, reason: string): Error {
  return new MqttNotConnectedError(
    `The connection to ${url} is lost: ${reason}. It is tried for until it is back.`,
  );
}
