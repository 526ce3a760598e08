// From `new Hub()` to running, in a process of its own: `node start-hub.mjs [watchdog]`.
import { Hub } from 'rxhome';

const quiet = () => undefined;
const logger = { debug: quiet, info: quiet, warn: quiet, error: quiet };
const from = performance.now();
const hub = new Hub({ logger, watchdog: process.argv[2] === 'watchdog' });
await hub.start();
const ms = performance.now() - from;
if (hub.state !== 'running') throw new Error(`The hub is ${hub.state}.`);
await hub.stop();
process.stdout.write(JSON.stringify({ ms }));
