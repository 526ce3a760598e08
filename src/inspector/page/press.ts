import { signal } from './signals.js';
import type { Button } from '../wire.js';
import { tell } from './ask.js';

/** How the last press of a button fared; nothing once it is done. */
export type Press = 'pending' | { readonly failed: string };

/** By the id of the button. */
export const presses = signal<ReadonlyMap<string, Press>>(new Map());

/** Presses a button of the hub. One press at a time of each. */
export async function press({ id }: Button): Promise<void> {
  if (presses.value.get(id) === 'pending') return;
  note(id, 'pending');
  try {
    await tell('/api/press', { id });
    note(id, null);
  } catch (error) {
    note(id, { failed: (error as Error).message });
  }
}

function note(id: string, press: Press | null): void {
  const next = new Map(presses.value);
  if (press === null) next.delete(id);
  else next.set(id, press);
  presses.value = next;
}
