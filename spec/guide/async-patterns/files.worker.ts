// #region worker-module
// files.worker.ts
import { readFileSync } from 'node:fs';

export function countLines(path: string, { skipEmpty = false } = {}): number {
  const lines = readFileSync(path, 'utf8').split('\n');
  return skipEmpty ? lines.filter((line) => line.trim() !== '').length : lines.length;
}
// #endregion
