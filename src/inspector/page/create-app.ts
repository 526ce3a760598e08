import { computed, effect, signal } from './signals.js';
import type { Button, EntityRow, Gap, Hello, Slow, Stat } from '../wire.js';
import { type App, type Connection, DEFAULT_SPAN, type Tab } from './app.js';
import { everyBeat } from './beat.js';
import { remember, remembered } from './memory.js';
import { chainOf } from './model/chain.js';
import { goneOwners } from './model/gone-owners.js';
import { RowStore } from './model/row-store.js';

const THEME = 'rxhome-theme';

/** Everything that the page's parts share, with nothing in it yet. */
export function createApp(): App {
  const store = new RowStore();
  const heldAt = signal<number | null>(null);
  const takenAtHold = signal(-1);
  effect(() => {
    if (heldAt.value === null) takenAtHold.value = -1;
    else if (takenAtHold.peek() === -1) takenAtHold.value = store.taken;
  });
  const slow = signal<Slow | null>(null);
  const owners = new Set<string>();
  const gone = computed(() => goneOwners(slow.value, owners));
  const selected = signal<number | null>(null);
  const reducedMotion = signal(false);
  follow('(prefers-reduced-motion: reduce)', (isReduced) => (reducedMotion.value = isReduced));
  const theme = signal<'dark' | 'light'>('dark');
  follow('(prefers-color-scheme: light)', (isLight) => {
    const chosen = remembered(THEME);
    const isTheme = chosen === 'dark' || chosen === 'light';
    showTheme(theme, isTheme ? chosen : isLight ? 'light' : 'dark');
  });
  return {
    store,
    hello: signal<Hello | null>(null),
    stat: signal<Stat | null>(null),
    stats: signal<readonly Stat[]>([]),
    slow,
    connection: signal<Connection>('connecting'),
    buttons: signal<readonly Button[]>([]),
    entities: signal<ReadonlyMap<string, EntityRow>>(new Map()),
    gaps: signal<readonly Gap[]>([]),
    gone,
    spanMs: signal(DEFAULT_SPAN),
    heldAt,
    newSinceHeld: computed(() => {
      const held = takenAtHold.value;
      return store.version.value === 0 || held < 0 ? 0 : Math.max(0, store.taken - held);
    }),
    selected,
    chain: computed(() => {
      everyBeat();
      const id = selected.value;
      return id === null ? null : chainOf(store, id, (owner) => gone.value.has(owner));
    }),
    hovered: signal<number | null>(null),
    filter: signal(''),
    tab: signal<Tab | null>(null),
    theme,
    reducedMotion,
    remark: signal<string | null>(null),
    pointAt: signal<number | null>(null),
    pointPlace: signal<{ readonly x: number; readonly y: number } | null>(null),
  };
}

/** Chosen themes are remembered. */
export function chooseTheme({ theme }: App, chosen: 'dark' | 'light'): void {
  remember(THEME, chosen);
  showTheme(theme, chosen);
}

/** The colours first: whoever hears of a new theme reads them at once. */
function showTheme(theme: App['theme'], shown: 'dark' | 'light'): void {
  document.documentElement.dataset['theme'] = shown;
  theme.value = shown;
}

function follow(wish: string, hear: (isWished: boolean) => void): void {
  const media = matchMedia(wish);
  media.addEventListener('change', () => hear(media.matches));
  hear(media.matches);
}
