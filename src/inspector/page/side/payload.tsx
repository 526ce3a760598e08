import { h } from 'preact';
import { effect, signal } from '../signals.js';
import type { Payload } from '../../wire.js';
import type { App } from '../app.js';
import { ask } from '../ask.js';
import { payloadLines } from './payload-lines.js';

/** Arrow keys run over rows: only where one stays is asked for. */
const STAYS_MS = 120;

/** What the selected row was about; a text: why that is not known; `null`: it has been asked for. */
const payload = signal<Payload | string | null>(null);

/** Asks for what a row was about when somebody selects it. */
export function watchPayload({ selected }: App): void {
  effect(() => {
    const id = selected.value;
    payload.value = null;
    if (id === null) return undefined;
    const gone = new AbortController();
    const { signal } = gone;
    const timer = setTimeout(() => {
      void ask(`/api/rows/${id}`, { signal })
        .then((told) => told as Payload, String)
        .then((told) => signal.aborted || (payload.value = told));
    }, STAYS_MS);
    return () => {
      clearTimeout(timer);
      gone.abort();
    };
  });
}

/** It is text, whatever it holds. */
export function PayloadOfSelected() {
  const told = payload.value;
  if (told === null) return <p class="payload muted">…</p>;
  if (typeof told === 'string')
    return <p class="payload muted">What it was about is not known: {told}</p>;
  const { isCut, note, context, stack, where } = told;
  const more = [
    ['where', where],
    ['context', context?.id],
    ['parent', context?.parentId],
    ['user', context?.userId],
  ] as const;
  return (
    <section class="payload mono" aria-label="What it was about">
      <dl>
        {payloadLines(shown(told)).map(({ name, text, depth }, index) => (
          <Entry key={index} name={name} text={text} depth={depth} />
        ))}
        {more.map(([name, text]) => text != null && <Entry key={name} name={name} text={text} />)}
      </dl>
      {isCut && <p class="muted">It was larger: this is its beginning.</p>}
      {note !== null && <p class="muted">{note}</p>}
      {stack !== null && (
        <details>
          <summary>Stack</summary>
          {/* Wide: it can be scrolled by key, too. */}
          <pre tabIndex={0} aria-label="Stack">
            {stack}
          </pre>
        </details>
      )}
    </section>
  );
}

interface EntryProps {
  readonly name: string;
  readonly text: string | null;
  readonly depth?: number;
}

function Entry({ name, text, depth = 0 }: EntryProps) {
  return (
    <div style={{ paddingLeft: `${depth * 14}px` }}>
      <dt>{name}</dt>
      {/* A name without a value has the lines below it. */}
      <dd>{text}</dd>
    </div>
  );
}

/** The stack is shown beside it, once. */
function shown({ data, stack }: Payload): unknown {
  if (stack === null || typeof data !== 'object' || data === null) return data;
  return JSON.parse(
    JSON.stringify(data, (key, value: unknown) => (key === 'stack' ? undefined : value)),
  ) as unknown;
}
