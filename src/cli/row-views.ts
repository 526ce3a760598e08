import { type Gap, type Row } from 'rxhome/inspector';
import { ChainPrinter } from './chain-printer.js';
import { type Chain, Chains } from './chains.js';
import { plain } from './plain-text.js';
import type { Terminal } from './terminal.js';
import { timeOfDay, timeWithMs } from './time-of-day.js';
import { timeWords } from './time-words.js';

/** How rows are shown. */
export interface RowView {
  /** Shows a row, or the same one again when it has gone on. */
  add(row: Row, now: number): void;
  /** What happened between is not known. */
  gap(gap: Gap): void;
  /** Shows what is due at `now`. */
  tick(now: number): void;
  /** Shows what is left. */
  end(now: number): void;
}

/** What a view has to know, besides rows. */
export interface ViewOptions {
  readonly isWanted: (row: Row) => boolean;
  /** The friendly name of an entity, if it has one. */
  readonly nameOf: (entityId: string) => string | undefined;
}

/** A line for each chain in which something is wanted. */
export function chainLines(to: Terminal, { isWanted, nameOf }: ViewOptions): RowView {
  const printer = new ChainPrinter(to.print, {
    colors: to.out,
    nameOf,
    isWanted: ({ rows }) => rows.some(isWanted),
  });
  return {
    add: (row, now) => printer.add(row, now),
    gap: (gap) => to.print(gapLine(gap, to)),
    tick: (now) => printer.tick(now),
    end: (now) => printer.end(now),
  };
}

/** A line for each row that is wanted, and another one when what lasts has ended. */
export function rowLines(to: Terminal, { isWanted }: ViewOptions): RowView {
  return {
    add(row) {
      if (isWanted(row)) to.print(rowLine(row, to));
    },
    gap: (gap) => to.print(gapLine(gap, to)),
    tick: () => undefined,
    end: () => undefined,
  };
}

/** An object for each row that is wanted, and again when it has gone on: the last one of an id is true. */
export function rowObjects(to: Terminal, { isWanted }: ViewOptions): RowView {
  return {
    add(row) {
      if (isWanted(row)) to.json(row);
    },
    gap: (gap) => to.json({ kind: 'gap', ...gap }),
    tick: () => undefined,
    end: () => undefined,
  };
}

/** An object for each chain in which something is wanted. */
export function chainObjects(to: Terminal, { isWanted }: ViewOptions): RowView {
  const chains = new Chains();
  const tell = (chain: Chain): void => {
    if (chain.rows.some(isWanted)) to.json(chain);
  };
  return {
    add: (row, now) => chains.add(row, now),
    gap: (gap) => to.json({ kind: 'gap', ...gap }),
    tick: (now) => chains.take(now).forEach(tell),
    end: () => chains.takeAll().forEach(tell),
  };
}

function rowLine({ at, kind, owner, text, status, dur }: Row, { out }: Terminal): string {
  const ended = status === 'done' || status === 'cancelled' || status === 'failed';
  const lasted = ended && dur > 0 ? `, ${timeWords(dur)}` : '';
  const how = status === 'point' ? '' : status === 'running' ? ' …' : ` ${status}${lasted}`;
  const line = `${out.bold(kind.padEnd(10))} ${plain(owner)}: ${plain(text)}`;
  const shown = status === 'failed' ? out.red(line + how) : line + out.dim(how);
  return `${out.dim(timeWithMs(at))} ${shown}`;
}

const REASONS: Readonly<Record<Gap['because'], string>> = {
  flood: 'the hub was too fast for being looked at',
  'slow-page': 'we were too slow',
  lost: 'it is not kept for so long',
};

function gapLine({ from, to: until, events, because }: Gap, { out }: Terminal): string {
  const count = events === null ? 'an unknown number of' : events.toLocaleString('en');
  const reason = REASONS[because] ?? plain(because);
  const words = `${count} events and changes until ${timeOfDay(until)} are not shown: ${reason}`;
  return `${out.dim(timeOfDay(from))} ${out.yellow(`! ${words}`)}`;
}
