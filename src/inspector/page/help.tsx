import { h } from 'preact';
import type { App } from './app.js';
import { HELP } from './help-lines.js';

/** What the keys do, and those of the hub's buttons. The dialog around it is the browser's. */
export function Help({ app }: { readonly app: App }) {
  const pressed = app.buttons.value.flatMap(({ key, label }) =>
    key === null ? [] : [[[key], label] as const],
  );
  return (
    <form method="dialog">
      <h2>Keys</h2>
      <dl>
        {[...HELP, ...pressed].map(([keys, what]) => (
          <div key={what}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <p class="muted">
        Drag to look back, ctrl and wheel to zoom, click a marble to see what caused it and what it
        caused. A held picture loses nothing.
      </p>
      <button class="small">Close</button>
    </form>
  );
}
