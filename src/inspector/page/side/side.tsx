import { Fragment, h } from 'preact';
import type { Props } from './props.js';
import { ChainList } from './chain-list.js';
import { TABLES } from './tables.js';
import { Selection } from './selection.js';
import { Close } from './parts.js';
import { Buttons } from './buttons.js';

/** What is selected, or the table of a tab, or what there is to do and what has happened. */
export function Side({ app, actions }: Props) {
  const { selected, tab, remark } = app;
  const isWhy = selected.value !== null;
  const Table = tab.value !== null && TABLES[tab.value];
  const labelled =
    !isWhy && Table
      ? { role: 'tabpanel' as const, 'aria-labelledby': `tab-${tab.value}` }
      : { role: 'region' as const, 'aria-label': isWhy ? 'Why' : 'What happens' };
  return (
    <div id="side" class={isWhy ? 'side has-selection' : 'side'} {...labelled}>
      {remark.value !== null && (
        <p class="remark" role="status">
          <span>{remark.value}</span>
          <Close label="Understood" onClick={() => (remark.value = null)} />
        </p>
      )}
      <div class="side-scroll" tabIndex={0} key={isWhy ? 'why' : tab.value}>
        {isWhy ? (
          <Selection app={app} actions={actions} />
        ) : Table ? (
          <Table app={app} actions={actions} />
        ) : (
          <>
            <Buttons app={app} />
            <ChainList app={app} actions={actions} />
          </>
        )}
      </div>
    </div>
  );
}
