import { h } from 'preact';
import { effect } from './signals.js';
import type { Actions } from './actions.js';
import type { App } from './app.js';
import { remember, remembered } from './memory.js';

const MET = 'rxhome-met';
/** The note stands left of the marble if it fits there, beside the names of the lanes. */
const ROOM = 580;
/** The page's own opening comes with the rows of this time before its feed began. */
const BEFORE_MS = 1_500;

/** On the first visit the note points at the first thing that this human did: opening the page. */
export function watchForFirst({ store, hello, selected, pointAt }: App): void {
  if (remembered(MET) !== null) return;
  let opened: number | null = null;
  const stop = store.watch({
    added: (row) => {
      opened ??= hello.peek()?.at ?? Infinity;
      if (row.human && row.cause === 0 && row.at >= opened - BEFORE_MS) pointAt.value ??= row.id;
    },
    dropped: (row) => {
      if (row.id === pointAt.peek()) pointAt.value = null;
    },
    cleared: () => (pointAt.value = null),
  });
  effect(() => {
    if (selected.value === null) return;
    remember(MET, '1');
    pointAt.value = null;
    stop();
  });
}

/** Beside the first marble, and gone with the first click. */
export function Note({ app, actions }: { readonly app: App; readonly actions: Actions }) {
  const id = app.pointAt.value;
  const place = app.pointPlace.value;
  if (id === null || place === null) return null;
  return (
    <button
      class={place.x < ROOM ? 'note right' : 'note'}
      style={{ transform: `translate(${Math.round(place.x)}px, ${Math.round(place.y)}px)` }}
      onClick={() => actions.select(id)}
    >
      <b>That is you. Opening this page was an event.</b>
      <span>Click it to see everything it caused.</span>
    </button>
  );
}
