import type { Hello, Stat } from '../../wire.js';
import type { Tab } from '../app.js';
import { count, figure } from '../format.js';

/** From here on a late loop is worth a warning, and from there on a stall: milliseconds. */
export const LATE_MS = 40;
export const STALL_MS = 100;

/** Stats come four times a second; the worst delay is of so many of them. */
const WORST_OF = 8;

export interface Vital {
  readonly tab: Tab;
  readonly what: string;
  /** `null`: this machine does not tell. */
  readonly number: string | null;
  readonly unit: string;
  readonly beside: string;
  readonly mood: '' | 'warns' | 'fails';
  readonly besideWarns: boolean;
  readonly color: string;
  readonly values: readonly number[];
  /** The least value that a sparkline shows in full height. */
  readonly full: number;
}

/** The six tiles. `stats` are of the last half minute, oldest first. */
export function vitalFigures(stats: readonly Stat[], hello: Hello | null): readonly Vital[] {
  const now = stats.at(-1) ?? null;
  const known = (value: number | null | undefined): value is number =>
    typeof value === 'number' && Number.isFinite(value);
  const delays = stats
    .slice(-WORST_OF)
    .map(({ delay }) => delay)
    .filter(known);
  const worst = delays.length === 0 ? null : Math.max(...delays);
  const leaked = now?.leaked ?? 0;
  const errors = now?.errors ?? 0;
  const of = (tab: Tab, color: string, full: number, value: (stat: Stat) => number) => ({
    tab,
    color: `var(--${color})`,
    full,
    values: stats.map(value),
    mood: '' as Vital['mood'],
    besideWarns: false,
  });
  const show = (value: number | null | undefined, write: (value: number) => string) =>
    known(value) ? write(value) : now === null ? '–' : null;
  return [
    {
      ...of('events', 'event', 4, ({ rate }) => rate),
      what: 'Events',
      number: show(now?.rate, figure),
      unit: '/s',
      beside: now === null ? '' : `${count(now.events)} seen`,
    },
    {
      ...of('delay', 'timer', 20, ({ delay }) => delay),
      what: 'Event-loop delay',
      number: show(worst, figure),
      unit: 'ms',
      beside: 'worst, 2 s',
      mood: (worst ?? 0) > STALL_MS ? 'fails' : (worst ?? 0) > LATE_MS ? 'warns' : '',
    },
    {
      ...of('use', 'state', 0.1, ({ use }) => use),
      what: 'Loop use',
      number: show(now?.use, (use) => String(Math.round(use * 100))),
      unit: '%',
      beside: 'event loop busy',
    },
    {
      ...of('executor', 'task', hello?.workers ?? 1, ({ busy, queued }) => busy + queued),
      what: 'Workers',
      number: show(now?.busy, String),
      unit: hello === null ? '' : `of ${hello.workers} busy`,
      beside: now === null ? '' : `${count(now.queued)} queued`,
      besideWarns: (now?.queued ?? 0) > 0,
    },
    {
      ...of('listeners', 'amber', 10, ({ listeners }) => listeners),
      what: 'Listeners',
      number: show(now?.listeners, count),
      unit: '',
      beside: now === null ? '' : leaked > 0 ? `${count(leaked)} leaked` : 'all owned',
      mood: leaked > 0 ? 'warns' : '',
      besideWarns: leaked > 0,
    },
    {
      ...of('errors', 'error', 4, (stat) => stat.errors),
      what: 'Errors',
      number: show(now?.errors, count),
      unit: '',
      beside: 'since the start',
      mood: errors > 0 ? 'fails' : '',
    },
  ];
}
