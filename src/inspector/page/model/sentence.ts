import type { Row } from '../../wire.js';
import { count, duration } from '../format.js';
import type { Chain } from './chain.js';

/** A piece of a sentence; what counts is strong. */
export interface Words {
  readonly text: string;
  readonly strong: boolean;
}

/** Links of a chain that are named one by one; of a longer one the middle is only counted. */
const NAMED = 6;

/** Why a row is there, and what it led to, in a sentence or two. Empty if the chain has no such row. */
export function sentenceOf(chain: Chain, id: number): readonly Words[] {
  const path = pathIn(chain, id);
  const row = path.at(-1);
  if (row === undefined) return [];
  return [...becauseOf(chain, path), ...effectsOf(chain, row)];
}

/** The same without emphasis, for what is read aloud. */
export function plainSentenceOf(chain: Chain, id: number): string {
  return sentenceOf(chain, id)
    .map(({ text }) => text)
    .join('');
}

/** What a row is called in a sentence. */
export function nameOf(row: Row): string {
  switch (row.kind) {
    case 'automation':
      return `automation ${row.name} ran`;
    case 'blocked':
      return `automation ${row.name} was stopped by a condition`;
    case 'service':
      return `service ${row.name} was called`;
    case 'task':
    case 'job':
      return `${row.kind} ${row.name} ${row.status === 'running' ? 'runs' : row.status === 'point' ? 'ran' : endWords(row)}`;
    case 'timer':
    case 'timeout':
      return `${row.kind} ${row.name}${row.status === 'cancelled' ? ' was cancelled' : ''}`;
    default:
      return row.text === '' ? row.name : row.text;
  }
}

function endWords({ status }: Row): string {
  if (status === 'failed') return 'failed';
  return status === 'cancelled' ? 'was cancelled' : 'ran';
}

function becauseOf({ root, isCut }: Chain, path: readonly Row[]): Words[] {
  const row = path.at(-1) as Row;
  const cut = isCut ? [plain('What led to this chain is no longer kept. ')] : [];
  if (path.length === 1) {
    if (isCut) return cut;
    return [plain('Nothing on the bus caused this: it came from outside.')];
  }
  const words = [...cut, plain('Because '), strong(nameOf(root))];
  const between = path.slice(1);
  const left = Math.max(0, between.length - NAMED);
  between.forEach((link, index) => {
    if (left > 0 && index === NAMED / 2) words.push(plain(`, … ${count(left)} more steps …`));
    if (index >= NAMED / 2 && index < NAMED / 2 + left) return;
    words.push(plain(', so '), strong(nameOf(link)));
  });
  words.push(plain('. '), strong(duration(row.at - root.at)));
  words.push(plain(' from the first cause to this.'));
  return words;
}

function effectsOf(chain: Chain, { id, at }: Row): Words[] {
  const start = chain.rows.findIndex(({ row }) => row.id === id);
  const depth = chain.rows[start]?.depth ?? 0;
  let last = at;
  let effects = 0;
  for (const below of chain.rows.slice(start + 1)) {
    if (below.depth <= depth) break;
    effects += 1;
    last = Math.max(last, below.row.at + below.row.dur);
  }
  if (start === 0) effects += chain.more;
  if (effects === 0) return start === 0 ? [plain(' It set off nothing.')] : [];
  const events = `${count(effects)} more ${effects === 1 ? 'event' : 'events'}`;
  return [plain(' It set off '), strong(events), plain(` over ${duration(last - at)}.`)];
}

/** From the root to a row, by the depths of the tree. */
function pathIn({ rows }: Chain, id: number): Row[] {
  const at = rows.findIndex(({ row }) => row.id === id);
  const path: Row[] = [];
  let depth = rows[at]?.depth ?? -1;
  for (let index = at; index >= 0 && depth >= 0; index--) {
    const one = rows[index];
    if (one?.depth !== depth) continue;
    path.push(one.row);
    depth -= 1;
  }
  return path.reverse();
}

function plain(text: string): Words {
  return { text, strong: false };
}

function strong(text: string): Words {
  return { text, strong: true };
}
