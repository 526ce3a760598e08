import { createServer } from 'node:net';
import { loopbackUrl } from '../hub-address.js';
import { HubClient } from '../hub-client.js';
import { plain } from '../plain-text.js';
import { type Finding, ok, warning } from './finding.js';

/** Whether the page of a hub can be at this port, and who is there if not. */
export async function portIsFree(port: number): Promise<Finding> {
  const check = 'port';
  const code = await tryToListen(port);
  if (code === null) return ok(check, `Port ${port} is free for the page.`);
  const url = loopbackUrl(port);
  if (code !== 'EADDRINUSE')
    return warning(
      check,
      `Port ${port} cannot be used: ${code}.`,
      'Name another: rxhome start --port N',
    );
  const { who, ...found } = await HubClient.at(url);
  const elsewhere = 'A second hub takes the next free port by itself.';
  if (who === 'hub' && 'hub' in found) {
    const { version, pid } = found.hub.hello;
    return ok(
      check,
      `A hub runs at ${url} (rxhome ${plain(version)}, process ${pid}). ${elsewhere}`,
    );
  }
  if (who === 'old') return warning(check, `A hub of another version runs at ${url}.`, elsewhere);
  return warning(
    check,
    `Port ${port} is taken by something that ${who === 'silent' ? 'does not answer' : 'is no hub'}.`,
    'The page takes the next free port by itself; `--port N` names another.',
  );
}

function tryToListen(port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.on('error', ({ code }: NodeJS.ErrnoException) => resolve(code ?? 'unknown'));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(null)));
  });
}
