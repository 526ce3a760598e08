import type { Row } from 'rxhome/inspector';
import { CalmValues } from './calm-values.js';
import { type Branch, moodOf, treeOf } from './chain-tree.js';
import { type Chain, Chains } from './chains.js';
import { valueOf, wordsOf } from './chain-words.js';
import type { Colors } from './colors.js';
import { plain } from './plain-text.js';
import { Repeats } from './repeats.js';
import { timeOfDay } from './time-of-day.js';

/** What a printer has to be told, besides rows. */
export interface PrinterOptions {
  readonly colors: Colors;
  /** The friendly name of an entity, if it has one. */
  readonly nameOf: (entityId: string) => string | undefined;
  /** Which chains are told; by default all. */
  readonly isWanted?: (chain: Chain) => boolean;
}

/** Writes one line for each chain, and one now and then for what is only measured. */
export class ChainPrinter {
  readonly #write: (line: string) => void;
  readonly #options: PrinterOptions;
  readonly #chains = new Chains();
  readonly #values = new CalmValues();
  readonly #repeats = new Repeats();

  constructor(write: (line: string) => void, options: PrinterOptions) {
    this.#write = write;
    this.#options = options;
  }

  /** Takes a row, or the same one again when it has gone on. */
  add(row: Row, now: number): void {
    this.#chains.add(row, now);
  }

  /** Writes what is due at `now`. Call it a few times per second. */
  tick(now: number): void {
    for (const chain of this.#chains.take(now)) this.#tell(chain, now);
    this.#tellUntold(now);
    for (const { owner, values, hidden } of this.#values.take(now)) {
      const more = hidden > 0 ? ` · and ${hidden.toLocaleString('en')} more` : '';
      const line = `${timeOfDay(now)} ${plain(owner)}: ${values.join(' · ')}${more}`;
      this.#write(this.#options.colors.dim(line));
    }
  }

  /** Writes what is left, at the end. */
  end(now: number): void {
    for (const chain of this.#chains.takeAll()) this.#tell(chain, now);
    this.#tellUntold(Infinity, now);
  }

  #tell(chain: Chain, now: number): void {
    const { isWanted, colors } = this.#options;
    if (isWanted && !isWanted(chain)) return;
    const branches = treeOf(chain);
    const mood = moodOf(branches);
    // What goes on after a while is still the story as which it began.
    if (mood === 'story' || (mood === 'values' && chain.isContinued)) {
      if (this.#repeats.isTold(kindOf(branches), now)) this.#write(lineOf(chain, branches, colors));
    } else if (mood === 'values') for (const row of chain.rows) this.#calm(row, now);
  }

  #tellUntold(until: number, now = until): void {
    for (const { kind, count } of this.#repeats.take(until)) {
      const words = `${kind}: ${count.toLocaleString('en')} more of the kind`;
      this.#write(this.#options.colors.dim(`${timeOfDay(now)} ${words}`));
    }
  }

  #calm(row: Row, now: number): void {
    const { kind, entity, owner } = row;
    if (kind !== 'state' || entity === null) return;
    const name = plain(this.#options.nameOf(entity) ?? entity);
    const words = name.slice(0, 1).toLowerCase() + name.slice(1);
    this.#values.add(owner, entity, `${words} ${valueOf(row)}`, now);
  }
}

/** Chains that begin with the same thing are of one kind. */
function kindOf([first]: readonly Branch[]): string {
  const { kind, name, entity } = first?.row ?? {};
  return plain(kind === 'state' ? entity : name);
}

/**
 * A chain as one line: an arrow where one thing led to the next, a semicolon where a second
 * listener heard of the same thing, `…` where it goes on.
 */
export function lineOf(chain: Chain, branches: readonly Branch[], colors: Colors): string {
  const arrow = colors.dim(' → ');
  const time = colors.dim(timeOfDay(branches[0]?.row.at ?? 0));
  const story = branches.map((branch) => branchLine(branch, colors)).join(arrow);
  const hidden = chain.hidden > 0 ? `${arrow}and ${chain.hidden.toLocaleString('en')} more` : '';
  return `${time} ${chain.isContinued ? '… ' : ''}${story}${hidden}${chain.isOpen ? ' …' : ''}`;
}

function branchLine({ row, led }: Branch, colors: Colors): string {
  const arrow = colors.dim(' → ');
  let line = rowWords(row, colors);
  let last: Row | null = null;
  for (const branch of led) {
    // Several values written one after the other are a list; a second listener is a new sentence.
    const isList = last?.kind === 'state' && branch.row.kind === 'state';
    const isNext = last?.kind === 'listener' && branch.row.kind === 'listener';
    line += (isNext ? colors.dim('; ') : isList ? ', ' : arrow) + branchLine(branch, colors);
    last = branch.led.length > 0 && branch.row.kind === 'state' ? null : branch.row;
  }
  return line;
}

function rowWords(row: Row, colors: Colors): string {
  const words = wordsOf(row);
  if (row.kind === 'blocked') return colors.dim(`${words} (blocked)`);
  if (row.kind === 'diagnostic') return colors.yellow(`! ${words}`);
  if (row.status === 'failed') return colors.red(`${words} ✗`);
  if (row.status === 'cancelled') return colors.dim(`${words} (cancelled)`);
  switch (row.kind) {
    case 'event':
      return colors.bold(words);
    case 'state':
      return colors.green(words);
    default:
      return words;
  }
}
