import { batch } from './signals.js';
import { type FeedMessages, type Hello, KEPT_MS, PROTOCOL } from '../wire.js';
import type { App } from './app.js';
import { takeFeedSlot } from './feed-slot.js';

/** A hidden page lets go of its connection after this long. */
const REST_MS = 30_000;
const RETRY_MS = [300, 1_000, 2_000];
const GAPS_AT_MOST = 100;

/**
 * Keeps the app up to date with the hub: connects, goes on where it broke off, and begins anew with
 * another run of the hub. Nothing is sent to a page that has been hidden for half a minute.
 */
export function startFeed(app: App, page: string): void {
  let source: EventSource | null = null;
  let release: (() => void) | null = null;
  let since: string | null = null;
  let tries = 0;
  let turn = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const on: { [Name in keyof FeedMessages]: (message: FeedMessages[Name]) => void } = {
    hello: (hello) => {
      tries = 0;
      if (greet(app, hello)) return;
      close();
      app.connection.value = 'old';
    },
    rows: (rows) => app.store.take(rows),
    stat: (stat) => {
      app.stats.value = [...app.stats.value.filter((old) => old.at > stat.at - KEPT_MS), stat];
      app.stat.value = stat;
    },
    slow: (slow) => (app.slow.value = slow),
    entities: (rows) => {
      const entities = new Map(app.entities.value);
      for (const row of rows) {
        if (row[1] === null) entities.delete(row[0]);
        else entities.set(row[0], row);
      }
      app.entities.value = entities;
    },
    gap: (gap) => (app.gaps.value = [...app.gaps.value.slice(1 - GAPS_AT_MOST), gap]),
    buttons: (buttons) => (app.buttons.value = buttons),
    bye: () => {
      close();
      app.connection.value = 'ended';
      again();
    },
  };

  const connect = async (): Promise<void> => {
    close();
    const mine = turn;
    const slot = await takeFeedSlot();
    if (slot === null || mine !== turn) {
      slot?.();
      if (mine !== turn) return;
      app.connection.value = 'full';
      again();
      return;
    }
    release = slot;
    const from = since === null ? '' : `&since=${encodeURIComponent(since)}`;
    const opened = new EventSource(`/api/feed?page=${page}${from}`);
    source = opened;
    for (const name of Object.keys(on) as (keyof FeedMessages)[]) {
      opened.addEventListener(name, (event: MessageEvent<string>) => {
        if (source !== opened) return;
        if (event.lastEventId !== '') since = event.lastEventId;
        const take = on[name] as (message: unknown) => void;
        batch(() => take(JSON.parse(event.data)));
      });
    }
    opened.addEventListener('error', () => {
      if (source !== opened) return;
      close();
      if (app.connection.value !== 'ended') app.connection.value = 'lost';
      again();
    });
  };

  const close = (): void => {
    turn++;
    clearTimeout(timer);
    source?.close();
    source = null;
    release?.();
    release = null;
  };

  const again = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void connect(), RETRY_MS[Math.min(tries++, RETRY_MS.length - 1)]);
  };

  let resting: ReturnType<typeof setTimeout> | undefined;
  document.addEventListener('visibilitychange', () => {
    clearTimeout(resting);
    if (app.connection.value === 'old') return;
    if (document.hidden) {
      resting = setTimeout(() => {
        close();
        app.connection.value = 'resting';
      }, REST_MS);
    } else if (source === null) void connect();
  });
  addEventListener('pageshow', (event) => {
    if (event.persisted) void connect();
  });
  void connect();
}

/** Takes up with a hub; false if it speaks another protocol. */
function greet(app: App, hello: Hello): boolean {
  if (hello.protocol !== PROTOCOL) return false;
  batch(() => {
    const isOther = app.hello.value !== null && app.hello.value.session !== hello.session;
    if (!app.store.begin(hello.session) && !hello.resumed) app.store.clear();
    if (!hello.resumed) app.entities.value = new Map();
    if (isOther) {
      const { stat, slow, selected, hovered, heldAt, pointAt, stats, gaps, buttons } = app;
      for (const one of [stat, slow, selected, hovered, heldAt, pointAt]) one.value = null;
      for (const one of [stats, gaps, buttons]) one.value = [];
    }
    app.hello.value = hello;
    app.connection.value = 'live';
  });
  return true;
}
