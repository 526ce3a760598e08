import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Hub } from 'rxhome';
import { startInspector } from 'rxhome/inspector';

const READER = fileURLToPath(new URL('read-feed.mjs', import.meta.url));

/**
 * Shows the hub, and reads its feed as the page and the command line do, in a process of its own.
 * The result ends that, and gives the bytes that were read.
 */
export async function attachPage(hub: Hub): Promise<() => Promise<number>> {
  const inspector = await startInspector(hub, { port: 0 });
  const reader = fork(READER, [inspector.url], { execArgv: [] });
  await once(reader, 'message'); // it reads
  return async () => {
    const told = once(reader, 'message');
    reader.send('end');
    const [bytes] = (await told) as [number];
    reader.disconnect();
    await inspector.close();
    return bytes;
  };
}
