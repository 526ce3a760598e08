import type { ServerResponse } from 'node:http';
import { Refused } from './refusal.js';

const SAFE = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'x-frame-options': 'DENY',
  'content-security-policy':
    "default-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
};

/** What every answer says to a browser. */
export function setSafeHeaders(response: ServerResponse): void {
  for (const [name, value] of Object.entries(SAFE)) response.setHeader(name, value);
}

export function sendJson(response: ServerResponse, value: unknown): void {
  send(response, 200, 'application/json; charset=utf-8', Buffer.from(JSON.stringify(value)));
}

export function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: Buffer,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': type, 'content-length': body.length, ...headers });
  response.end(body);
}

/** A refusal, or a failure of the inspector itself, which is told of without its stack. */
export function sendError(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const refused =
    error instanceof Refused
      ? error
      : new Refused(500, 'INSPECTOR_FAILED', 'The inspector failed; the log of the hub says how.');
  const body = Buffer.from(JSON.stringify(refused));
  send(response, refused.status, 'application/json; charset=utf-8', body, refused.headers);
}
