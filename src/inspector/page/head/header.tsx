import { Fragment, h } from 'preact';
import type { Actions } from '../actions.js';
import { type App, SPANS } from '../app.js';
import { chooseTheme } from '../create-app.js';
import { count, spanName } from '../format.js';
import { Sign } from '../side/parts.js';
import { connectionWords, gapWords } from './connection-words.js';
import { FilterBox } from './filter-box.js';

interface Props {
  readonly app: App;
  readonly actions: Actions;
}

/** Who speaks, whether it is real, and how to look at it. */
export function Header({ app, actions }: Props) {
  const hello = app.hello.value;
  return (
    <>
      <span class="mark">
        <Sign kind="human" color="var(--human)" />
        <Sign kind="service" color="var(--service)" />
        <Sign kind="state" color="var(--state)" />
      </span>
      <h1>inspector</h1>
      {hello?.label != null ? (
        <p class="band">{hello.label} — not real data</p>
      ) : (
        <p
          class="from"
          title={hello === null ? undefined : `rxhome ${hello.version}, process ${hello.pid}`}
        >
          {hello === null ? 'looking for the hub' : `real data from ${hello.host}`}
        </p>
      )}
      <Link app={app} />
      <span class="fill" />
      <FilterBox app={app} />
      <Spans app={app} />
      <Hold app={app} actions={actions} />
      <Theme app={app} />
    </>
  );
}

/** What is the matter, in the header: it covers nothing of what is known. */
function Link({ app }: { readonly app: App }) {
  const connection = app.connection.value;
  const broken = connectionWords(connection, app.hello.value !== null);
  const words = broken ?? gapWords(app.gaps.value.at(-1), app.stat.value?.at ?? 0);
  return (
    <div role="status" class={words === null ? 'heard' : broken === null ? 'link mild' : 'link'}>
      {words !== null && (
        <>
          <i />
          <span title={words}>{words}</span>
          {connection === 'old' && (
            <button class="small" onClick={() => location.reload()}>
              Reload
            </button>
          )}
        </>
      )}
    </div>
  );
}

function Spans({ app }: { readonly app: App }) {
  const { spanMs } = app;
  return (
    <div class="pill spans" role="group" aria-label="Time that the picture shows">
      {SPANS.map((span) => (
        <button
          key={span}
          aria-pressed={Math.abs(spanMs.value - span) < span / 100}
          onClick={() => (spanMs.value = span)}
        >
          {spanName(span)}
        </button>
      ))}
    </div>
  );
}

function Hold({ app, actions }: Props) {
  const isHeld = app.heldAt.value !== null;
  const isLive = app.connection.value === 'live';
  return (
    <button
      class="pill hold"
      aria-pressed={isHeld}
      title={
        isHeld
          ? 'Nothing is lost: go back to what happens now'
          : 'Hold the picture; nothing is lost'
      }
      onClick={() => actions.toggleHold()}
    >
      {isHeld ? (
        <>
          Held, {count(app.newSinceHeld.value)} new <span class="way-out">Esc for live</span>
        </>
      ) : (
        <>
          <i class={isLive ? undefined : 'off'} /> {isLive ? 'Live' : 'Not live'} <kbd>space</kbd>
        </>
      )}
    </button>
  );
}

function Theme({ app }: { readonly app: App }) {
  const other = app.theme.value === 'dark' ? 'light' : 'dark';
  return (
    <button class="pill theme" onClick={() => chooseTheme(app, other)}>
      {other === 'dark' ? 'Dark' : 'Light'}
    </button>
  );
}
