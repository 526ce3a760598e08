import type { IncomingMessage, ServerResponse } from 'node:http';
import { asyncScheduler, interval, type Subscription } from 'rxjs';
import { type Hub, runUncaused } from 'rxhome';
import { activityRows, type RowBatch } from './activity-rows.js';
import { ButtonRegistry } from './buttons.js';
import { allEntities, changedEntities } from './entity-rows.js';
import { FeedClient } from './feed-client.js';
import { Payloads } from './payloads.js';
import { Presence } from './presence.js';
import { Refused } from './refusal.js';
import { RowLog } from './row-log.js';
import { sseFrame } from './sse.js';
import { Vitals } from './vitals.js';
import type { Hello } from './wire.js';

const MAX_CLIENTS = 32;
const HEARTBEAT_MS = 15_000;
/** How long a page that does not read may hold up the end. */
const FAREWELL_MS = 250;
const HEARTBEAT = Buffer.from(': here\n\n');

/** What goes to all who read: rows out of the log, and how the hub fares. */
export class LiveFeed {
  readonly payloads = new Payloads();
  readonly #hub: Hub;
  readonly #hello: () => Omit<Hello, 'resumed'>;
  readonly #log: RowLog;
  readonly #presence: Presence;
  readonly #vitals: Vitals;
  readonly #clients = new Map<FeedClient, () => void>();
  readonly #subscriptions: Subscription[] = [];
  #isClosed = false;

  /**
   * @param hub whose rows are told
   * @param own the same hub for the inspector's scope
   */
  constructor(hub: Hub, own: Hub, session: string, hello: () => Omit<Hello, 'resumed'>) {
    this.#hub = hub;
    this.#hello = hello;
    this.#log = new RowLog(session);
    this.#presence = new Presence(own);
    this.#vitals = new Vitals(hub, {
      onStat: (stat) => this.#sendAll(() => sseFrame('stat', stat)),
      onSlow: (slow) => this.#sendAll(() => sseFrame('slow', slow)),
    });
    const buttons = ButtonRegistry.of(hub);
    this.#subscriptions.push(
      activityRows(hub).subscribe((batch) => this.#take(batch)),
      buttons.changes$.subscribe(() => this.#sendAll(() => sseFrame('buttons', buttons.all))),
      runUncaused(() => interval(HEARTBEAT_MS).subscribe(() => this.#sendAll(() => HEARTBEAT))),
    );
  }

  /**
   * Begins to send. `since` goes on behind the message of that id, if that is kept; else all that
   * is kept is sent first.
   *
   * @throws Refused when there are too many readers.
   */
  add(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): void {
    if (this.#isClosed) throw new Refused(503, 'STOPPED', 'The inspector has been closed.');
    if (this.#clients.size >= MAX_CLIENTS)
      throw new Refused(
        503,
        'TOO_MANY_READERS',
        `Expected at most ${MAX_CLIENTS} open feeds: close one.`,
      );
    const page = query.get('page') ?? '';
    if (page.length > 64)
      throw new Refused(400, 'INVALID_PAGE', 'Expected `page` of up to 64 characters.');

    const log = this.#log;
    const since = request.headers['last-event-id'] ?? query.get('since') ?? undefined;
    const resumedAt = log.resumeAfter(typeof since === 'string' ? since : undefined);
    const begin = query.get('kept') === '0' ? log.last : log.first - 1;
    response.writeHead(200, { 'content-type': 'text/event-stream', connection: 'keep-alive' });
    response.write(sseFrame('hello', { ...this.#hello(), resumed: resumedAt !== null }));
    const client = new FeedClient(response, log, resumedAt ?? begin, () => this.#sendState(client));
    this.#vitals.turn(true);
    this.#sendState(client);
    client.pump();
    const leave = page === '' ? () => undefined : this.#presence.enter(page);
    this.#clients.set(client, leave);
    response.once('close', () => this.#remove(client));
  }

  /** How often listeners were called. */
  get calls(): ReadonlyMap<string, number> {
    return this.#vitals.calls;
  }

  /** Says that nothing more comes, and ends. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
    this.#vitals.turn(false);
    this.#presence.close();
    const bye = sseFrame('bye', { at: asyncScheduler.now() });
    const ended = Promise.all([...this.#clients.keys()].map((client) => client.end(bye)));
    let cancel: () => void = () => undefined;
    const late = new Promise<void>((resolve) => {
      const handle = asyncScheduler.schedule(() => resolve(), FAREWELL_MS);
      cancel = () => handle.unsubscribe();
    });
    await Promise.race([ended, late]);
    cancel();
    this.#clients.clear();
  }

  #take({ rows, subjects, updates, gaps, events, calls }: RowBatch): void {
    const log = this.#log;
    this.payloads.add(rows, subjects);
    log.addRows(rows, updates);
    for (const gap of gaps) log.addGap(gap);
    const errors = rows.reduce((sum, { kind }) => sum + (kind === 'error' ? 1 : 0), 0);
    this.#vitals.count({ events, errors, calls });
    if (this.#clients.size === 0) return;
    const changed = changedEntities(subjects);
    if (gaps.length > 0) this.#sendAll(() => sseFrame('entities', allEntities(this.#hub)));
    else if (changed.length > 0) this.#sendAll(() => sseFrame('entities', changed));
    for (const client of this.#clients.keys()) client.pump();
  }

  /** What is not in the log, as it is now. */
  #sendState(client: FeedClient): void {
    const { lastSlow } = this.#vitals;
    client.send(sseFrame('entities', allEntities(this.#hub)));
    client.send(sseFrame('buttons', ButtonRegistry.of(this.#hub).all));
    if (lastSlow) client.send(sseFrame('slow', lastSlow));
  }

  #sendAll(frameOf: () => Buffer): void {
    if (this.#clients.size === 0) return;
    const frame = frameOf();
    for (const client of this.#clients.keys()) client.send(frame);
  }

  #remove(client: FeedClient): void {
    this.#clients.get(client)?.();
    this.#clients.delete(client);
    if (this.#clients.size === 0) this.#vitals.turn(false);
  }
}
