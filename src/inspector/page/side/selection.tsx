import { Fragment, h } from 'preact';
import { copied, copyChain } from '../copy.js';
import { clockTime, count, duration, figure } from '../format.js';
import { sentenceOf } from '../model/sentence.js';
import { Close, Glyph, titleOf } from './parts.js';
import { PayloadOfSelected } from './payload.js';
import type { Props } from './props.js';
import { statAt } from './stat-at.js';
import { Tree } from './tree.js';

/** The answer to "why": what led to this, what it led to, how the hub fared then, what it was about. */
export function Selection({ app, actions }: Props) {
  const id = app.selected.value ?? 0;
  const chain = app.chain.value;
  const row = app.store.get(id);
  const close = (
    <Close label="Close, back to what happens" onClick={() => (app.selected.value = null)} />
  );
  if (row === undefined || chain === null) {
    return (
      <>
        <div class="why-head">
          <h2>No longer kept</h2>
          {close}
        </div>
        <p class="sentence">
          The hub keeps five minutes of what happened, and this is older, or of another run of it.
        </p>
      </>
    );
  }
  return (
    <>
      <div class="why-head">
        <Glyph row={row} />
        <div>
          <h2>{titleOf(row)}</h2>
          <p class="mono muted ids">
            {[clockTime(row.at), `#${id}`, row.name || row.kind, row.owner].map((word) => (
              <span>{word} </span>
            ))}
          </p>
        </div>
        {close}
      </div>
      <p class="sentence">
        {sentenceOf(chain, id).map(({ text, strong }) => (strong ? <b>{text}</b> : text))}
        {row.status === 'running' &&
          ` It still runs${row.due === null ? '' : `, until ${clockTime(row.due)}`}.`}
        {row.dur > 0 && [' It took ', <b>{duration(row.dur)}</b>, '.']}
      </p>
      <Tree chain={chain} selected={id} actions={actions} />
      <Tools app={app} actions={actions} />
      <Then app={app} at={row.at} />
      <PayloadOfSelected />
    </>
  );
}

function Tools({ app, actions }: Props) {
  const what = copied.value;
  return (
    <div class="tools">
      <button class="tool" onClick={() => void copyChain(app, 'marbles')}>
        {what === 'marbles' ? 'Copied ✓' : 'Copy as marbles'} <kbd aria-hidden="true">c</kbd>
      </button>
      <button class="tool" onClick={() => void copyChain(app, 'json')}>
        {what === 'json' ? 'Copied ✓' : 'Copy JSON'}
      </button>
      <button class="tool" onClick={() => actions.zoomToChain()}>
        Zoom to chain <kbd aria-hidden="true">z</kbd>
      </button>
      <p role="status" class={what === 'failed' ? 'refused' : 'heard'}>
        {what === 'failed' ? 'It could not be copied.' : what !== null && 'Copied'}
      </p>
    </div>
  );
}

function Then({ app, at }: { readonly app: Props['app']; readonly at: number }) {
  const stat = statAt(app.stats.value, at);
  if (stat === null) {
    return <p class="empty">How the loop fared then is not known: this page did not look yet.</p>;
  }
  const figures = [
    ['loop delay then', `${figure(stat.delay)} ms`],
    ['workers busy then', `${count(stat.busy)} of ${count(app.hello.value?.workers ?? 0)}`],
    ['events then', `${figure(stat.rate)}/s`],
  ] as const;
  return (
    <dl class="then">
      {figures.map(([what, value]) => (
        <div key={what}>
          <dd>{value}</dd>
          <dt>{what}</dt>
        </div>
      ))}
    </dl>
  );
}
