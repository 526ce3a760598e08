import { Fragment, h } from 'preact';
import { isMoving } from '../beat.js';
import type { App } from '../app.js';
import { ago, count, counted, duration } from '../format.js';
import { type ChainFold, Chains } from '../model/chains.js';
import { Empty, Glyph } from './parts.js';
import type { Props } from './props.js';

const SHOWN = 40;
const GLYPHS = 11;

let chains: Chains | null = null;
let folds: readonly ChainFold[] = [];

/** "What caused what": chains, the newest first, the same ones told once. Held, it stands still. */
export function ChainList({ app, actions }: Props) {
  chains ??= new Chains(app.store);
  if (isMoving(app)) folds = chains.newest(SHOWN);
  const now = app.stat.peek()?.at ?? app.store.newest;
  return (
    <section aria-labelledby="chains">
      <h2 id="chains" class="title">
        What caused what <span class="muted">newest first</span>
      </h2>
      {folds.length === 0 && <Empty>{whyEmpty(app)}</Empty>}
      <ol>
        {folds.map((fold) => (
          <li key={fold.root.id}>
            <button class="chain" onClick={() => actions.select(fold.root.id)}>
              <Story fold={fold} age={ago(now - fold.root.at)} />
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Story({ fold, age }: { readonly fold: ChainFold; readonly age: string }) {
  const { rows, effects, times, medianMs } = fold;
  return (
    <>
      <span class="story">{fold.title}</span>
      <span class="age mono">{age}</span>
      <span class="glyphs">
        {rows.slice(0, GLYPHS).map((row) => (
          <Glyph key={row.id} row={row} />
        ))}
        {effects >= GLYPHS && <span>+{count(effects + 1 - GLYPHS)}</span>}
      </span>
      <span class="sum">
        {times > 1 && <b class="badge">×{count(times)}</b>}
        {counted(effects, 'effect')}, {times > 1 && 'median '}
        {duration(medianMs)}
      </span>
    </>
  );
}

function whyEmpty({ connection, store }: App): string {
  if (connection.value !== 'live') return 'Not connected: nothing is known yet.';
  return store.size === 0
    ? 'Nothing has happened since you look. The hub is quiet, not broken.'
    : 'Things happened, and none has led to another one yet.';
}
