import { signal } from './signals.js';
import type { App } from './app.js';
import { tell } from './ask.js';
import type { Chain } from './model/chain.js';

const SAID_MS = 2_000;

export type Form = 'marbles' | 'json';

/** What has just been copied, for two seconds. */
export const copied = signal<Form | 'failed' | null>(null);

let fading: ReturnType<typeof setTimeout> | undefined;

/** The chain of what is selected: as a test, or as what the page knows of it. */
export async function copyChain({ chain }: App, form: Form): Promise<void> {
  if (chain.value === null) return;
  try {
    await navigator.clipboard.writeText(await textOf(chain.value, form));
    copied.value = form;
  } catch {
    copied.value = 'failed';
  }
  clearTimeout(fading);
  fading = setTimeout(() => (copied.value = null), SAID_MS);
}

async function textOf({ rows, more }: Chain, form: Form): Promise<string> {
  if (form === 'json') return JSON.stringify(rows, null, 2);
  // A test replays what the first cause was about, and that only the hub knows.
  const answer = await tell('/api/marbles', { rows: rows.map(({ row }) => row), more });
  return (answer as { readonly text: string }).text;
}
