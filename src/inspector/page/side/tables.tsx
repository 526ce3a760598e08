import { type ComponentChild, Fragment, h } from 'preact';
import type { HeldRow } from '../../wire.js';
import type { Tab } from '../app.js';
import { isMoving } from '../beat.js';
import { clockTime, count, counted, duration, figure, rateWords } from '../format.js';
import { LATE_MS, STALL_MS } from '../head/vital-figures.js';
import { countEvents } from './event-counts.js';
import { Empty, Glyph, List, newestOf } from './parts.js';
import type { Props } from './props.js';
import { stallsOf } from './stalls.js';

const WINDOW_MS = 60_000;
const SHOWN = 200;

/** Findings that tell who blocked. */
const ABOUT_THE_LOOP = /^(blocking-call|loop-stall|slow-listener)$/;

/** The table behind each tile. */
export const TABLES: Readonly<Record<Tab, (props: Props) => ComponentChild>> = {
  events: Events,
  delay: Delay,
  use: Use,
  executor: Executor,
  listeners: Listeners,
  errors: Errors,
};

/** Which types come how often, and from whom. */
function Events({ app, actions }: Props) {
  isMoving(app);
  const now = app.stat.peek()?.at ?? app.store.newest;
  const { counts, overMs } = countEvents(app.store.newestFirst(), now, WINDOW_MS);
  return (
    <List
      title="Events by type and owner"
      sum={`of the last ${Math.round(overMs / 1000)} s`}
      empty="No event in the last minute. The hub is quiet, or just started."
      entries={counts.slice(0, SHOWN).map((one) => ({
        main: [<Glyph row={one.newest} />, one.name],
        figure: rateWords(one.perSecond),
        below: one.owner,
        belowRight: count(one.count),
        onClick: () => actions.select(one.newest.id),
      }))}
      more={counts.length - SHOWN}
    />
  );
}

/** When the loop was late, and who blocked it. */
function Delay({ app, actions }: Props) {
  const findings = newestOf(
    app,
    ({ kind, name }) => kind === 'diagnostic' && ABOUT_THE_LOOP.test(name),
  );
  return (
    <List
      title={`Late by more than ${LATE_MS} ms`}
      sum="last 5 minutes"
      empty={`The loop was never late by more than ${LATE_MS} ms while this page looked. Nothing blocks it.`}
      entries={stallsOf(app.stats.peek(), findings).map(({ at, ms, findings: found }) => ({
        main:
          ms > STALL_MS ? (
            <span class="fails">{figure(ms)} ms stall</span>
          ) : (
            <span class="warns">{figure(ms)} ms late</span>
          ),
        figure: clockTime(at),
        more:
          found.length === 0 ? (
            <span class="whole muted">Who blocked it is not known.</span>
          ) : (
            found.map(({ id, text }) => (
              <button class="whole finding" onClick={() => actions.select(id)}>
                {text}
              </button>
            ))
          ),
      }))}
    />
  );
}

/** What runs on the loop now, and what is set up on it. */
function Use({ app }: Props) {
  const slow = app.slow.value;
  if (slow === null) return <Empty>The hub has not told yet what runs.</Empty>;
  return (
    <>
      <List
        title="Tasks, now"
        sum={count(slow.tasks.length + slow.more.tasks)}
        empty="No task runs: the hub waits for something to happen."
        entries={slow.tasks.map(({ name, ageMs, owner, kind, status }) => ({
          main: name,
          figure: duration(ageMs),
          below: owner,
          belowRight: status === 'running' ? kind : `${kind}, ${status}`,
        }))}
        more={slow.more.tasks}
      />
      <List
        title="Config entries"
        sum={count(slow.entries.length)}
        empty="No integration is set up: rxhome.yaml has no entries."
        entries={slow.entries.map(({ title, state, domain, reason }) => ({
          main: title,
          figure: state === 'loaded' ? state : <span class="warns">{state}</span>,
          below: domain,
          more: reason !== null && <span class="whole warns">{reason}</span>,
        }))}
      />
    </>
  );
}

/** What the threads do and did. */
function Executor({ app, actions }: Props) {
  return (
    <List
      title="Jobs"
      sum={`${count(app.hello.value?.workers ?? 0)} threads at most`}
      empty="No job in the last minutes. What takes long is given to a thread with hub.executor.run."
      entries={newestOf(app, ({ kind }) => kind === 'job').map((row) => {
        const { id, status, worker, owner } = row;
        const isQueued = status === 'running' && worker === null;
        return {
          main: [<Glyph row={row} />, row.name],
          figure: isQueued ? 'queued' : status === 'running' ? status : duration(row.dur),
          below: worker === null ? owner : `${owner}, worker ${worker}`,
          belowRight: /^(failed|cancelled)$/.test(status) ? status : clockTime(row.at),
          onClick: () => actions.select(id),
        };
      })}
    />
  );
}

/** Who listens to what; first of all who should not any more. */
function Listeners({ app }: Props) {
  const slow = app.slow.value;
  if (slow === null) return <Empty>The hub has not told yet who listens.</Empty>;
  const held = [...slow.held].sort((a, b) => gravity(b) - gravity(a));
  return (
    <List
      title="Listeners"
      sum={count(held.reduce((sum, row) => sum + row.count, 0))}
      empty="Nobody listens: no integration is set up yet."
      entries={held.map((row) => ({
        main: [
          row.owner,
          row.leaked && <b class="bad">leaked</b>,
          row.growing && <b class="odd">growing</b>,
        ],
        figure: counted(row.calls, 'call'),
        below: `${row.type === '*' ? 'every event' : row.type}${row.count > 1 ? `, ×${count(row.count)}` : ''}`,
        belowRight: row.name,
        more: [
          row.leaked && <span class="whole warns">{whyLeaked(row)}</span>,
          row.growing && <span class="whole warns">Its number only grows, minute by minute.</span>,
        ],
      }))}
      more={slow.more.held}
    />
  );
}

function gravity({ leaked, growing }: HeldRow): number {
  return (leaked ? 2 : 0) + (growing ? 1 : 0);
}

function whyLeaked({ madeBy, closed }: HeldRow): string {
  const gone =
    madeBy === null
      ? `${closed ? 'Its owner' : 'Whoever made it'} is`
      : `Made by ${madeBy}, which is`;
  return `${gone} gone: nobody will unsubscribe it.`;
}

/** What went wrong, the newest first. */
function Errors({ app, actions }: Props) {
  const errors = newestOf(app, ({ kind }) => kind === 'error');
  const all = app.stat.peek()?.errors ?? errors.length;
  return (
    <List
      title="Errors"
      sum={`${count(all)} since the start`}
      empty={
        all === 0
          ? 'None: nothing has failed since the hub was started.'
          : 'None in the last five minutes; older ones are not kept here, but in the log.'
      }
      entries={errors.map((row) => ({
        main: [<Glyph row={row} />, row.name || row.owner],
        figure: clockTime(row.at),
        onClick: () => actions.select(row.id),
        more: [<span class="whole">{row.text}</span>, <span class="whole muted">{row.owner}</span>],
      }))}
    />
  );
}
