import { h } from 'preact';
import { count, counted, duration, offset } from '../format.js';
import type { Chain, ChainRow } from '../model/chain.js';
import type { Actions } from '../actions.js';
import { logTime } from './log-time.js';
import { Glyph, titleOf, varOf } from './parts.js';

interface Props {
  readonly chain: Chain;
  readonly selected: number;
  readonly actions: Actions;
}

/** Deeper ones are not moved in further: their names would have no room. */
const DEEPEST = 9;

/** The chain from the first cause down, and beside it when each of it was. */
export function Tree({ chain, selected, actions }: Props) {
  const total = chain.rows.length + chain.more;
  return (
    <section aria-label="Chain">
      <p class="tree-head">
        <span>
          {counted(total, 'event')}
          {chain.isCut ? ', its cause is no longer kept' : total > 1 && ', one cause'}
        </span>
        {total > 1 && <span>{duration(chain.lastsMs)}, log scale</span>}
      </p>
      <ol class="tree">
        {chain.rows.map((step) => (
          <li key={step.row.id}>
            <button
              class="step"
              aria-current={step.row.id === selected}
              title={stepTitle(step)}
              onClick={() => actions.select(step.row.id)}
            >
              <span class="name" style={{ paddingLeft: `${Math.min(step.depth, DEEPEST) * 9}px` }}>
                <Glyph row={step.row} />
                <span class="cut">{titleOf(step.row)}</span>
              </span>
              <Bar step={step} chain={chain} />
              <span class="offset mono">{offset(step.ms)}</span>
            </button>
          </li>
        ))}
      </ol>
      {chain.more > 0 && (
        <p class="tree-head">
          and {count(chain.more)} more, which are not shown: the chain is too long to read
        </p>
      )}
    </section>
  );
}

function stepTitle({ row, end }: ChainRow): string {
  const what = `${titleOf(row)} · ${row.owner}`;
  if (end === 'owner-gone') return `${what} · runs, and nobody waits for it any more`;
  if (end === 'pending') return `${what} · still running`;
  return row.dur > 0 ? `${what} · took ${duration(row.dur)}` : what;
}

function Bar({ step, chain }: { readonly step: ChainRow; readonly chain: Chain }) {
  const { row, ms, end } = step;
  const from = logTime(ms, chain.lastsMs) * 100;
  const to = end === null ? logTime(ms + row.dur, chain.lastsMs) * 100 : 100;
  const lasts = row.dur > 0 || end !== null;
  return (
    <svg class="bar" viewBox="-4 0 108 10" preserveAspectRatio="none" aria-hidden="true">
      <path class="rail" d="M0 5H100" />
      <path
        class={end === null ? 'lasts' : 'lasts open'}
        d={`M${from} 5H${lasts ? Math.max(from + 1, to) : from + 0.01}`}
        stroke={varOf(row)}
      />
    </svg>
  );
}
