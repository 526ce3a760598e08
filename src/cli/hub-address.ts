import { Ending, EXIT } from './exit-codes.js';

/** Where a hub was said to be. */
export interface HubPlace {
  readonly url?: string;
  readonly port?: number;
}

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * The address of the hub that was named: by `--url`, by `--port`, or by `RXHOME_URL`; `null` if
 * none was, so that it has to be looked for.
 *
 * @throws Ending for an address that is none, or not on this machine: an inspector listens on
 * loopback only, and what is told to it is for no one else.
 */
export function namedHub(
  { url, port }: HubPlace,
  env: Readonly<Record<string, string | undefined>>,
): string | null {
  if (url !== undefined) return checked(url, '--url');
  if (port !== undefined) return loopbackUrl(port);
  const { RXHOME_URL: fromOutside } = env;
  return fromOutside ? checked(fromOutside, 'RXHOME_URL') : null;
}

export function loopbackUrl(port: number): string {
  return `http://127.0.0.1:${port}`;
}

/** @throws Ending naming what was given. */
export function readPort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new Ending(`Expected a port from 1 to 65535, got \`${text}\`.`, EXIT.unusable);
}

function checked(given: string, from: string): string {
  const url = URL.canParse(given) ? new URL(given) : null;
  if (url?.protocol !== 'http:' || !LOOPBACK.includes(url.hostname))
    throw new Ending(
      `Expected an address on this machine like http://127.0.0.1:8128 as ${from}, got \`${given}\`.`,
      EXIT.unusable,
    );
  return url.origin;
}
