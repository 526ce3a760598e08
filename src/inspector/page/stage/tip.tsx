import { Fragment, h } from 'preact';
import type { Row } from '../../wire.js';
import { clockTime, count, duration } from '../format.js';
import { titleOf } from '../side/parts.js';
import type { Picture } from './picture.js';

/** What the pointer is at, in words: what, when, by what, what it led to. */
export function Tip({ picture }: { readonly picture: Picture }) {
  const hit = picture.hit.value;
  if (hit === null) return null;
  const isRight = hit.x > picture.view.width - 330;
  const isLow = hit.y > picture.scene.height - 120;
  const x = Math.round(isRight ? hit.x - 18 : hit.x + 18);
  const y = Math.round(isLow ? hit.y - 14 : hit.y + 16);
  return (
    <div
      class="tip"
      role="tooltip"
      style={{
        transform: `translate(${x}px, ${y}px) translate(${isRight ? -100 : 0}%, ${isLow ? -100 : 0}%)`,
      }}
    >
      {hit.count > 1 ? (
        <>
          <b>{count(hit.count)} together</b>
          {hit.rows.map((row) => (
            <span key={row.id} class="tip-row">
              <span class="mono">{clockTime(row.at).slice(6)}</span> {titleOf(row)}
            </span>
          ))}
          {hit.count > hit.rows.length && (
            <span>and {count(hit.count - hit.rows.length)} more; click to look closer</span>
          )}
        </>
      ) : (
        <One row={hit.row} picture={picture} />
      )}
    </div>
  );
}

function One({ row, picture }: { readonly row: Row; readonly picture: Picture }) {
  const { store } = picture.app;
  const cause = store.get(row.cause);
  const effects = store.effectsOf(row.id).length + store.moreEffectsOf(row.id);
  const status = statusText(row, picture);
  return (
    <>
      <b>{titleOf(row)}</b>
      <span class="mono">
        {clockTime(row.at)}
        {row.dur > 0 && ` · ${duration(row.dur)}`}
        {status && ` · ${status}`}
      </span>
      {cause && <span>caused by {titleOf(cause)}</span>}
      {effects > 0 && <span>caused {count(effects)} more</span>}
    </>
  );
}

function statusText({ status, due, owner }: Row, { view, app }: Picture): string {
  if (status === 'point' || status === 'done') return '';
  if (status !== 'running') return status;
  if (app.gone.value.has(owner)) return 'nobody waits for it';
  return due === null ? 'still running' : `${duration(Math.max(0, due - view.now))} to go`;
}
