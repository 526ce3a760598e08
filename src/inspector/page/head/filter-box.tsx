import { h } from 'preact';
import type { App } from '../app.js';

export const FILTER_ID = 'filter';

/** The box that `/` leads to. Esc empties it, and then leaves it. */
export function FilterBox({ app }: { readonly app: App }) {
  const { filter } = app;
  const isEmpty = filter.value === '';
  return (
    <div class={isEmpty ? 'search' : 'search filters'} role="search">
      <input
        id={FILTER_ID}
        type="text"
        aria-label="Filter lanes, owners, entities, types and texts"
        placeholder="Filter lanes, e.g. light, task"
        spellcheck={false}
        autocomplete="off"
        maxLength={200}
        value={filter.value}
        onInput={(event) => (filter.value = event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' || (event.key === 'Escape' && isEmpty)) {
            event.currentTarget.blur();
            event.stopPropagation();
          } else if (event.key === 'Escape') {
            filter.value = '';
            event.stopPropagation();
          }
        }}
      />
      {isEmpty ? (
        <kbd aria-hidden="true">/</kbd>
      ) : (
        <button aria-label="Empty the filter" onClick={() => (filter.value = '')}>
          <span aria-hidden="true">✕</span>
        </button>
      )}
    </div>
  );
}
