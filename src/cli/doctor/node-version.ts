import { type Finding, broken, ok } from './finding.js';

/** Whether this Node is new enough; `needed` as package.json says it: `>=20.19`. */
export function nodeVersion(version: string, needed: string): Finding {
  const least = numbersOf(needed);
  const has = numbersOf(version);
  const at = least.findIndex((number, i) => number !== (has[i] ?? 0));
  const isEnough = at < 0 || (has[at] ?? 0) > (least[at] ?? 0);
  return isEnough
    ? ok('node', `Node ${version}`)
    : broken(
        'node',
        `Node ${version} is too old.`,
        `Install Node ${needed.replace('>=', '')} or newer.`,
      );
}

function numbersOf(text: string): number[] {
  return (/\d+(\.\d+)*/.exec(text)?.[0] ?? '').split('.').map(Number);
}
