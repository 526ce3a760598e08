import type { IncomingMessage } from 'node:http';
import { Refused } from './refusal.js';

const NAMES = ['127.0.0.1', 'localhost', '[::1]'];
/** A page of another origin cannot send this one without asking first, and that is refused. */
const OWN_HEADER = 'x-rxhome';

/**
 * Lets in the inspector's own page and programs of this machine. A page of the web can make a
 * browser send requests to 127.0.0.1, also under a name of its own (DNS rebinding).
 *
 * @throws Refused
 */
export function checkSender(request: IncomingMessage, port: number): void {
  const { headers, method } = request;
  if (headers.host === undefined) throw new Refused(400, 'NO_HOST', 'Expected `host`.');
  const hosts = NAMES.map((name) => `${name}:${port}`);
  const host = headers.host.toLowerCase();
  if (!hosts.includes(host) || request.headersDistinct['host']?.length !== 1)
    throw new Refused(403, 'FOREIGN_HOST', `Expected a request to ${hosts.join(', ')}.`);
  const { origin } = headers;
  if (origin !== undefined && origin !== `http://${host}`)
    throw new Refused(403, 'FOREIGN_ORIGIN', `Expected a request of http://${host} itself.`);
  if (method !== 'POST') return;
  if (origin === undefined && headers[OWN_HEADER] !== '1')
    throw new Refused(
      403,
      'NO_ORIGIN',
      `Expected \`origin\`, or \`${OWN_HEADER}: 1\` of a program.`,
    );
}

/**
 * The data is for the page itself: another one could still load it as an image, and open a feed.
 *
 * @throws Refused
 */
export function checkSite({ headers }: IncomingMessage): void {
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return;
  throw new Refused(403, 'FOREIGN_SITE', 'Expected a request of the inspector’s own page.');
}
