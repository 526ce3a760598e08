import { h } from 'preact';
import type { App } from '../app.js';
import { press, presses } from '../press.js';

/** What the hub offers to press: each press is a real event on the real hub. */
export function Buttons({ app }: { readonly app: App }) {
  const buttons = app.buttons.value;
  const isLive = app.connection.value === 'live';
  if (buttons.length === 0) return null;
  return (
    <section aria-labelledby="make">
      <h2 id="make" class="title">
        Make something happen
      </h2>
      <div class="presses">
        {buttons.map((button) => (
          <button
            key={button.id}
            class="press"
            title={button.hint ?? undefined}
            aria-busy={presses.value.get(button.id) === 'pending'}
            aria-disabled={!isLive}
            aria-keyshortcuts={button.key ?? undefined}
            onClick={() => isLive && void press(button)}
          >
            <span>{button.label}</span>
            {button.key !== null && <kbd aria-hidden="true">{button.key}</kbd>}
          </button>
        ))}
      </div>
      {buttons.map(({ id, label }) => {
        const why = presses.value.get(id) ?? 'pending';
        return why === 'pending' ? null : (
          <p key={id} class="refused" role="alert">
            {label}: {why.failed}
          </p>
        );
      })}
    </section>
  );
}
