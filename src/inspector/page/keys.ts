import type { Tab } from './app.js';
import { TABS } from './url.js';

/** What a key does. */
export type Command =
  | { readonly do: 'hold' | 'back' | 'filter' | 'copy' | 'zoom-to-chain' | 'help' | 'select' }
  | { readonly do: 'chain' | 'row' | 'lane' | 'zoom'; readonly by: 1 | -1 }
  | { readonly do: 'tab'; readonly tab: Tab }
  | { readonly do: 'button'; readonly key: string };

/** Where the focus is: in a text, on something that keys press, in a dialog, or in none of them. */
export type Place = 'text' | 'control' | 'dialog' | 'page';

export interface Key {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

const PLAIN: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['Escape', { do: 'back' }],
  ['/', { do: 'filter' }],
  ['?', { do: 'help' }],
  ['c', { do: 'copy' }],
  ['z', { do: 'zoom-to-chain' }],
  ['[', { do: 'chain', by: -1 }],
  [']', { do: 'chain', by: 1 }],
  ['+', { do: 'zoom', by: 1 }],
  ['=', { do: 'zoom', by: 1 }],
  ['-', { do: 'zoom', by: -1 }],
]);

/** Keys that something in focus needs for itself. */
const ON_THE_PAGE: ReadonlyMap<string, Command> = new Map<string, Command>([
  [' ', { do: 'hold' }],
  ['Enter', { do: 'select' }],
  ['ArrowLeft', { do: 'row', by: -1 }],
  ['ArrowRight', { do: 'row', by: 1 }],
  ['ArrowUp', { do: 'lane', by: -1 }],
  ['ArrowDown', { do: 'lane', by: 1 }],
]);

/** `null`: the key is the browser's. `buttons` are the keys of what the hub offers to press. */
export function commandOf(key: Key, place: Place, buttons: readonly string[]): Command | null {
  if (key.ctrlKey || key.metaKey || key.altKey || place === 'dialog') return null;
  if (place === 'text') return key.key === 'Escape' ? { do: 'back' } : null;
  const plain = PLAIN.get(key.key);
  if (plain !== undefined) return plain;
  const tab = /^[1-6]$/.test(key.key) ? TABS[Number(key.key) - 1] : undefined;
  if (tab !== undefined) return { do: 'tab', tab };
  if (place === 'page') {
    const only = ON_THE_PAGE.get(key.key);
    if (only !== undefined) return only;
  }
  return buttons.includes(key.key) ? { do: 'button', key: key.key } : null;
}
