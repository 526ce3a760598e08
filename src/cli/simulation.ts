import { LOAD_TITLE } from './load.js';

/** What the simulated home is called, so that nobody takes it for a real one. */
const SIMULATED_TITLE = 'Simulated home';

/** The entry of it. */
export const simulatedEntry = {
  domain: 'simulated_home',
  title: SIMULATED_TITLE,
  data: {},
} as const;

/** What is not real in this hub. */
export interface Unreal {
  readonly simulate?: boolean;
  readonly load?: number;
}

/** What the page shows of it, all the time; `null` if everything is real. */
export function unrealLabel({ simulate = false, load }: Unreal): string | null {
  if (simulate) return SIMULATED_TITLE;
  return load === undefined ? null : LOAD_TITLE;
}

/** The same as a line for the terminal. */
export function unrealWords(unreal: Unreal): string | null {
  const { simulate = false, load } = unreal;
  if (simulate) return `A simulated home runs: what “${SIMULATED_TITLE}” tells is not real.`;
  if (load === undefined) return null;
  return `Synthetic load, not real data: ${load.toLocaleString('en')} events and changes per second.`;
}
