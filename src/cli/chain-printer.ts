import type { Activity } from 'rxhome';
import { CalmValues } from './calm-values.js';
import { changeOf, type Step } from './chain-steps.js';
import { type Branch, moodOf, treeOf } from './chain-tree.js';
import { type Chain, Chains } from './chains.js';
import { valueOf, wordsOf } from './chain-words.js';
import type { Colors } from './colors.js';
import { timeOfDay } from './time-of-day.js';

/** Writes one line for each chain, and one now and then for what is only measured. */
export class ChainPrinter {
  readonly #write: (line: string) => void;
  readonly #colors: Colors;
  readonly #chains = new Chains();
  readonly #values = new CalmValues();

  constructor(write: (line: string) => void, colors: Colors) {
    this.#write = write;
    this.#colors = colors;
  }

  add(activity: Activity): void {
    this.#chains.add(activity);
  }

  /** Writes what is due at `now`. Call it a few times per second. */
  tick(now: number): void {
    for (const chain of this.#chains.take(now)) this.#tell(chain, now);
    for (const { owner, values, hidden } of this.#values.take(now)) {
      const more = hidden > 0 ? ` · and ${hidden.toLocaleString('en')} more` : '';
      const line = `${timeOfDay(now)} ${owner}: ${values.join(' · ')}${more}`;
      this.#write(this.#colors.dim(line));
    }
  }

  /** Writes what is left, at the end. */
  end(now: number): void {
    for (const chain of this.#chains.takeAll()) this.#tell(chain, now);
  }

  #tell(chain: Chain, now: number): void {
    const branches = treeOf(chain);
    const mood = moodOf(branches);
    if (mood === 'story') this.#write(lineOf(chain, branches, this.#colors));
    else if (mood === 'values') for (const step of chain.steps) this.#calm(step, now);
  }

  #calm(step: Step, now: number): void {
    const change = changeOf(step);
    const state = change?.newState ?? change?.oldState;
    if (!change || !state) return;
    const value = change.newState ? valueOf(change.newState) : 'removed';
    const name = state.name.slice(0, 1).toLowerCase() + state.name.slice(1);
    this.#values.add(step.owner, change.entityId, `${name} ${value}`, now);
  }
}

/**
 * A chain as one line: an arrow where one thing led to the next, a semicolon where a second
 * listener heard of the same thing, `…` where it goes on.
 */
export function lineOf(chain: Chain, branches: readonly Branch[], colors: Colors): string {
  const arrow = colors.dim(' → ');
  const time = colors.dim(timeOfDay(chain.steps[0]?.at ?? 0));
  const story = branches.map((branch) => branchLine(branch, colors)).join(arrow);
  const hidden = chain.hidden > 0 ? `${arrow}and ${chain.hidden.toLocaleString('en')} more` : '';
  return `${time} ${chain.isContinued ? '… ' : ''}${story}${hidden}${chain.isOpen ? ' …' : ''}`;
}

function branchLine({ step, led }: Branch, colors: Colors): string {
  const arrow = colors.dim(' → ');
  let line = stepWords(step, colors);
  let last: Step | null = null;
  for (const branch of led) {
    // Several values written one after the other are a list; a second listener is a new sentence.
    const isList = last?.kind === 'state' && branch.step.kind === 'state';
    const isNext = last?.kind === 'listener' && branch.step.kind === 'listener';
    line += (isNext ? colors.dim('; ') : isList ? ', ' : arrow) + branchLine(branch, colors);
    last = branch.led.length > 0 && branch.step.kind === 'state' ? null : branch.step;
  }
  return line;
}

function stepWords(step: Step, colors: Colors): string {
  const words = wordsOf(step);
  if (step.status === 'failed') return colors.red(`${words} ✗`);
  if (step.status === 'cancelled') return colors.dim(`${words} (cancelled)`);
  switch (step.kind) {
    case 'event':
      return colors.bold(words);
    case 'state':
      return colors.green(words);
    default:
      return words;
  }
}
