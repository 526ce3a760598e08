import { Fragment, h } from 'preact';
import type { Actions } from '../actions.js';
import type { App } from '../app.js';
import { NOT_AVAILABLE } from '../format.js';
import { SPARK_HEIGHT, SPARK_WIDTH, sparkOf } from './sparkline.js';
import { type Vital, vitalFigures } from './vital-figures.js';

/** Half a minute of stats. */
const SHOWN = 120;

/** How the hub fares: six figures that are also the tabs of six tables. */
export function Vitals({ app, actions }: { readonly app: App; readonly actions: Actions }) {
  const vitals = vitalFigures(app.stats.value.slice(-SHOWN), app.hello.value);
  const tab = app.tab.value;
  return (
    <>
      {vitals.map((vital, index) => (
        <button
          key={vital.tab}
          id={`tab-${vital.tab}`}
          class="vital"
          role="tab"
          aria-selected={tab === vital.tab}
          aria-controls="side"
          tabIndex={tab === vital.tab || (tab === null && index === 0) ? 0 : -1}
          style={{ '--c': vital.color }}
          onClick={() => actions.toggleTab(vital.tab)}
          onKeyDown={walk}
        >
          <Tile vital={vital} />
        </button>
      ))}
    </>
  );
}

function Tile({ vital }: { readonly vital: Vital }) {
  const { line, area } = sparkOf(vital.values, SHOWN, vital.full);
  return (
    <>
      <span class="what">{vital.what}</span>
      <span class={vital.besideWarns ? 'beside warns' : 'beside'}>{vital.beside}</span>
      {vital.number === null ? (
        <span class="number absent">{NOT_AVAILABLE}</span>
      ) : (
        <span class={`number ${vital.mood}`}>
          {vital.number}
          <small>{vital.unit}</small>
        </span>
      )}
      <svg
        class="spark"
        viewBox={`0 0 ${SPARK_WIDTH} ${SPARK_HEIGHT}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        <path class="area" d={area} />
        <path class="line" d={line} />
      </svg>
    </>
  );
}

/** Left and right go from tab to tab, as everywhere. */
function walk(event: KeyboardEvent): void {
  const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
  if (by === 0 || !(event.currentTarget instanceof HTMLElement)) return;
  const tabs = [...(event.currentTarget.parentElement?.children ?? [])];
  const next = tabs[(tabs.indexOf(event.currentTarget) + by + tabs.length) % tabs.length];
  if (next instanceof HTMLElement) next.focus();
  event.stopPropagation();
  event.preventDefault();
}
