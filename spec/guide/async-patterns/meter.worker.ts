// #region dedicated-worker
// meter.worker.ts
import { openSync, readSync } from 'node:fs';

let port: number | undefined; // one thread, so one open port

export function readMeter(path: string): number {
  port ??= openSync(path, 'r');
  const bytes = Buffer.alloc(16);
  const length = readSync(port, bytes, 0, bytes.length, 0);
  return Number(bytes.toString('utf8', 0, length));
}
// #endregion
