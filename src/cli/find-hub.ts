import { DEFAULT_PORT, PORTS_TRIED } from 'rxhome/inspector';
import { Ending, EXIT } from './exit-codes.js';
import { type HubPlace, loopbackUrl, namedHub } from './hub-address.js';
import { HubClient } from './hub-client.js';
import { plain } from './plain-text.js';

const NO_HUB = 'No hub runs here. Start one: rxhome start';

/**
 * The hub that was named, else the first one on the ports that inspectors take. Says with `note`
 * which others there are.
 *
 * @throws Ending (as a rejection) when there is none to talk to.
 */
export async function findHub(
  place: HubPlace,
  note: (line: string) => void,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<HubClient> {
  const named = namedHub(place, env);
  if (named !== null) return hubAt(named);
  const ports = Array.from({ length: PORTS_TRIED }, (_, i) => DEFAULT_PORT + i);
  return firstHub(ports.map(loopbackUrl), note);
}

async function hubAt(url: string): Promise<HubClient> {
  const found = await HubClient.at(url);
  switch (found.who) {
    case 'hub':
      return found.hub;
    case 'old':
      throw new Ending(otherVersion(url, found.version), EXIT.noHub);
    case 'other':
      throw new Ending(`What answers at ${url} is no hub.`, EXIT.noHub);
    case 'silent':
      throw new Ending(noAnswer(url), EXIT.noHub);
    case 'nobody':
      throw new Ending(`No hub runs at ${url}. Start one: rxhome start`, EXIT.noHub);
  }
}

/** The first of these addresses at which there is a hub. @throws like `findHub` */
export async function firstHub(
  urls: readonly string[],
  note: (line: string) => void,
): Promise<HubClient> {
  const found = await Promise.all(urls.map(async (url) => ({ url, at: await HubClient.at(url) })));
  const hubs = found.flatMap(({ at }) => (at.who === 'hub' ? [at.hub] : []));
  const [first, ...others] = hubs;
  for (const { url, at } of found) if (at.who === 'old') note(otherVersion(url, at.version));
  const silent = found.filter(({ at }) => at.who === 'silent').map(({ url }) => noAnswer(url));
  if (!first) throw new Ending(silent.length > 0 ? silent.join('\n') : NO_HUB, EXIT.noHub);
  silent.forEach(note);
  if (others.length > 0)
    note(`Asking the hub at ${called(first)}. Others: ${others.map(called).join(', ')} (--port).`);
  return first;
}

function called({ url, hello: { label, pid } }: HubClient): string {
  return `${url} (${label === null ? '' : `${plain(label)}, `}process ${pid})`;
}

function noAnswer(url: string): string {
  return `What listens at ${url} does not answer: a hub whose event loop stands still, or no hub.`;
}

/** In words, what `old` means. */
export function otherVersion(url: string, version: string): string {
  return `The hub at ${url} is rxhome ${version}, with which this one cannot talk: use its own command.`;
}
