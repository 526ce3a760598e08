import { DEFAULT_SPAN, type Tab } from './app.js';

/** What a link to this page holds: a window, a selection, a table. */
export interface View {
  /** The right edge of a held view, epoch milliseconds; `null`: live. */
  readonly at: number | null;
  readonly span: number;
  readonly row: number | null;
  /** The run of the hub that `row` is of: another run gives the same number to another row. */
  readonly session: string | null;
  readonly filter: string;
  readonly tab: Tab | null;
}

export const TABS: readonly Tab[] = ['events', 'delay', 'use', 'executor', 'listeners', 'errors'];

export const SHORTEST_SPAN = 5;
export const LONGEST_SPAN = 300_000;
const LONGEST_FILTER = 200;

/** `#at=1732202267578&span=30000&row=193`: what is as usual is left out, so that a live page has no hash. */
export function writeView(view: View): string {
  const parts = new URLSearchParams();
  if (view.at !== null) parts.set('at', String(Math.round(view.at)));
  if (Math.round(view.span) !== DEFAULT_SPAN) {
    parts.set('span', String(Number(view.span.toPrecision(4))));
  }
  if (view.row !== null) parts.set('row', String(view.row));
  if (view.row !== null && view.session !== null) parts.set('run', view.session);
  if (view.filter !== '') parts.set('filter', view.filter);
  if (view.tab !== null) parts.set('tab', view.tab);
  const text = parts.toString();
  return text === '' ? '' : `#${text}`;
}

/** Reads what anybody may have written: what makes no sense is as if it were not there. */
export function readView(hash: string): View {
  const parts = new URLSearchParams(hash.replace(/^#/, ''));
  const span = number(parts.get('span'));
  const row = number(parts.get('row'));
  return {
    at: positive(number(parts.get('at'))),
    span: span === null ? DEFAULT_SPAN : Math.min(LONGEST_SPAN, Math.max(SHORTEST_SPAN, span)),
    row: row !== null && Number.isSafeInteger(row) && row !== 0 ? row : null,
    session: parts.get('run'),
    filter: (parts.get('filter') ?? '').slice(0, LONGEST_FILTER),
    tab: TABS.find((tab) => tab === parts.get('tab')) ?? null,
  };
}

function number(text: string | null): number | null {
  if (text === null || text.trim() === '') return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

function positive(value: number | null): number | null {
  return value !== null && value > 0 ? value : null;
}
