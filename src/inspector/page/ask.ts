import type { Refusal } from '../wire.js';

/**
 * Tells the hub something, and answers what it says.
 *
 * @throws as `ask` does (as a rejection).
 */
export function tell(path: string, what: unknown): Promise<unknown> {
  const headers = { 'content-type': 'application/json', 'x-rxhome': '1' };
  return ask(path, { method: 'POST', headers, body: JSON.stringify(what) });
}

/**
 * Asks the hub.
 *
 * @throws why there is no answer, in words for who looks at the page (as a rejection).
 */
export async function ask(path: string, options: RequestInit = {}): Promise<unknown> {
  const response = await fetch(path, options).catch(() => {
    throw new Error('the hub does not answer');
  });
  const answer: unknown = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  const { error } = answer as Partial<Refusal>;
  throw new Error(error?.message ?? `the hub answered ${response.status}`);
}
