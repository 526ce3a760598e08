import { effect, untracked } from './signals.js';
import type { Actions } from './actions.js';
import { type App, DEFAULT_SPAN } from './app.js';
import { readView, type View, writeView } from './url.js';

/** The first look is into ten seconds, which grow: a page that has just begun is not mostly empty. */
const FIRST_SPAN = 10_000;
const GROWS_EVERY_MS = 250;
/** By more than passes, so that the first thing, and the note at it, stays in sight. */
const GROWTH = 1.1;
/** Rows of the start come soon after `hello` and after each other, or never. */
const WAITS_MS = 2_500;

/** The address holds what is looked at: restored when the page is loaded, written when it changes. */
export function syncUrl(app: App, actions: Actions): void {
  const restore = (): void => {
    const view = readView(location.hash);
    app.filter.value = view.filter;
    app.tab.value = view.tab;
    app.spanMs.value = view.span;
    app.heldAt.value = view.at;
    if (view.row === null) app.selected.value = null;
    else restoreRow(app, actions, view, view.row);
  };
  restore();
  addEventListener('hashchange', restore);
  let isGrowing = location.hash === '';
  if (isGrowing) grow(app, () => (isGrowing = false));

  let writing: ReturnType<typeof setTimeout> | undefined;
  effect(() => {
    const view: View = {
      at: app.heldAt.value,
      span: app.spanMs.value,
      row: app.selected.value,
      session: app.hello.value?.session ?? null,
      filter: app.filter.value,
      tab: app.tab.value,
    };
    clearTimeout(writing);
    // Browsers allow few of these, and a drag makes many.
    writing = setTimeout(() => {
      const hash = writeView(isGrowing ? { ...view, span: DEFAULT_SPAN } : view);
      if (hash !== location.hash)
        history.replaceState(null, '', hash === '' ? location.pathname : hash);
    }, 300);
  });
}

/** Selects the row of a link as soon as it is here, or says that it is not kept any more. */
function restoreRow(app: App, actions: Actions, view: View, row: number): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = effect(() => {
    const hello = app.hello.value;
    if (hello === null) return;
    if (view.session !== null && view.session !== hello.session) {
      lost('This link is to another run of the hub: what it pointed at is not kept any more.');
    } else if (app.store.version.value >= 0 && app.store.get(row) !== undefined) {
      end();
      untracked(() => {
        if (view.at === null) actions.select(row);
        else app.selected.value = row;
      });
    } else if (timer === undefined || app.store.newest < hello.at) {
      clearTimeout(timer);
      timer = setTimeout(
        () => lost('This link is to something that is no longer kept: the hub keeps five minutes.'),
        WAITS_MS,
      );
    }
  });
  function end(): void {
    clearTimeout(timer);
    // Not now: an effect that is already true ends before it has begun.
    queueMicrotask(() => stop());
  }
  function lost(why: string): void {
    end();
    untracked(() => {
      app.remark.value = why;
      app.heldAt.value = null;
    });
  }
}

/** Grows the window from ten seconds to thirty, as long as nobody has chosen another one. */
function grow(app: App, onEnd: () => void): void {
  let expected = FIRST_SPAN;
  app.spanMs.value = expected;
  let started = 0;
  const timer = setInterval(() => {
    if (app.spanMs.value !== expected || expected >= DEFAULT_SPAN) {
      clearInterval(timer);
      onEnd();
      return;
    }
    if (app.heldAt.value !== null || document.hidden || app.hello.value === null) return;
    started ||= Date.now();
    expected = Math.min(DEFAULT_SPAN, Math.max(FIRST_SPAN, (Date.now() - started) * GROWTH));
    app.spanMs.value = expected;
  }, GROWS_EVERY_MS);
}
