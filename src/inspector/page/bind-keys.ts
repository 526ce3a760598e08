import type { Actions } from './actions.js';
import type { App } from './app.js';
import { copyChain } from './copy.js';
import { type Command, commandOf, type Place } from './keys.js';
import { press } from './press.js';

const ZOOM = 1.6;

type Handlers = { [Do in Command['do']]: (command: Extract<Command, { do: Do }>) => unknown };

/** Everything that can be done with a mouse can be done with keys. */
export function bindKeys(app: App, actions: Actions, help: HTMLDialogElement): void {
  const handlers: Handlers = {
    hold: () => actions.toggleHold(),
    back: () => actions.back() || (document.activeElement as HTMLElement | null)?.blur(),
    filter: () => document.querySelector<HTMLInputElement>('#filter')?.select(),
    copy: () => copyChain(app, 'marbles'),
    'zoom-to-chain': () => actions.zoomToChain(),
    help: () => help.showModal(),
    select: () => app.hovered.value !== null && actions.select(app.hovered.value),
    chain: ({ by }) => actions.stepInChain(by),
    row: ({ by }) => actions.stepInLane(by),
    lane: ({ by }) => actions.stepLane(by),
    zoom: ({ by }) => actions.zoom(ZOOM ** -by),
    tab: ({ tab }) => actions.toggleTab(tab),
    button: ({ key }) => {
      const button = app.buttons.value.find((one) => one.key === key);
      if (button !== undefined) void press(button);
    },
  };

  document.addEventListener('keydown', (event) => {
    // The open help has all keys for itself, wherever the focus is: Esc closes it.
    if (event.defaultPrevented || event.isComposing || help.open) return;
    const buttons = app.buttons.value.flatMap(({ key }) => key ?? []);
    const command = commandOf(event, placeOf(event.target), buttons);
    // A held key repeats steps and zooms, but presses nothing twice.
    if (command === null || (event.repeat && !('by' in command))) return;
    event.preventDefault();
    (handlers[command.do] as (command: Command) => unknown)(command);
  });
}

function placeOf(target: EventTarget | null): Place {
  if (!(target instanceof Element)) return 'page';
  if (target.closest('dialog') !== null) return 'dialog';
  if (target.matches('input, textarea, select, [contenteditable]')) return 'text';
  if (target.closest('.stage') !== null && !target.matches('button, a')) return 'page';
  return target.closest('button, a, summary, [tabindex="0"]') === null ? 'page' : 'control';
}
