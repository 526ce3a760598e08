import type { Row } from 'rxhome/inspector';
import { plain } from './plain-text.js';

/** What a row is called in the line of its chain, where what led to it stands before it. */
export function wordsOf(row: Row): string {
  switch (row.kind) {
    case 'state':
      return stateWords(row);
    case 'listener':
      return plain(row.owner === 'hub' && row.name !== '' ? row.name : row.owner);
    case 'job':
      return jobWords(row);
    case 'task':
      return plain(`task ${row.name}`);
    case 'timer':
      return plain(`${row.status === 'running' ? 'waits' : 'waited'} ${row.short}`.trimEnd());
    default:
      return plain(row.text);
  }
}

/**
 * The value in the text of a state's row, with its unit: `on` of `light.page: off → on`, and of
 * `light.page: on, brightness 10 → 20`; `removed` of one that is gone.
 */
export function valueOf({ entity, text }: Pick<Row, 'entity' | 'text'>): string {
  const rest = text.slice((entity ?? '').length + 2);
  const [, value = rest] =
    /^(.+?), \w+ .* → .*$/s.exec(rest) ?? /^(.+), other \w+$/s.exec(rest) ?? [];
  return plain(value === rest ? rest.slice(rest.indexOf(' → ') + 1).replace(/^→ /, '') : value);
}

function stateWords(row: Row): string {
  const value = valueOf(row);
  const entity = plain(row.entity);
  return value === 'removed' ? `${entity} removed` : `${entity} = ${value}`;
}

function jobWords({ name, worker, status, dur }: Row): string {
  if (status === 'running') return plain(`job ${name}`);
  const where = worker === null ? plain(`job ${name}`) : `worker ${worker}`;
  return `${where}, ${Math.round(dur).toLocaleString('en')} ms`;
}
