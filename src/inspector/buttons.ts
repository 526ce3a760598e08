import { Subject, type Observable } from 'rxjs';
import { type BusEvent, type Hub, HubKey, InvalidOptionError, type Unsubscribe } from 'rxhome';
import type { Button } from './wire.js';

/** A button of the page. */
export interface InspectorButton {
  /** Lower-case letters, digits and `_`; another button of this id is replaced. */
  readonly id: string;
  readonly label: string;
  /** One more line: what it does. */
  readonly hint?: string | undefined;
  /** A key of the keyboard that presses it too. */
  readonly key?: string | undefined;
}

declare module 'rxhome' {
  interface EventMap {
    /** A human has pressed a button of the page. */
    inspector_button: { readonly button: string; readonly label: string };
  }
}

const MAX_BUTTONS = 50;
const REGISTRY = new HubKey<ButtonRegistry>('rxhome.inspector.buttons');

/** The buttons of a hub, whether a page shows them or not. */
export class ButtonRegistry {
  readonly #buttons = new Map<string, Button>();
  readonly #changes = new Subject<void>();

  static of(hub: Hub): ButtonRegistry {
    let registry = hub.data.get(REGISTRY);
    if (registry === undefined) hub.data.set(REGISTRY, (registry = new ButtonRegistry()));
    return registry;
  }

  /** Says when there are others than before; never completes. */
  get changes$(): Observable<void> {
    return this.#changes;
  }

  get all(): readonly Button[] {
    return [...this.#buttons.values()];
  }

  get(id: string): Button | undefined {
    return this.#buttons.get(id);
  }

  add(button: Button): () => void {
    if (this.#buttons.size >= MAX_BUTTONS && !this.#buttons.has(button.id))
      throw new InvalidOptionError(
        `There are ${MAX_BUTTONS} buttons already; no page has place for more.`,
      );
    this.#buttons.set(button.id, button);
    this.#changes.next();
    return () => {
      if (this.#buttons.get(button.id) !== button) return; // another has taken its place
      this.#buttons.delete(button.id);
      this.#changes.next();
    };
  }
}

/**
 * Adds a button to the inspector's page, until it is unsubscribed or the owner of `hub` is unloaded.
 * A press is the event `inspector_button`, of a human; `run` is an ordinary listener of it: what it
 * does is caused by the press, and what it throws is reported.
 *
 * @throws InvalidOptionError naming what is wrong of the button.
 */
export function addInspectorButton(
  hub: Hub,
  button: InspectorButton,
  run: (event: BusEvent) => void | Promise<void>,
): Unsubscribe {
  const { id, label, hint = null, key = null } = button;
  if (typeof id !== 'string' || !/^[a-z0-9_]{1,64}$/.test(id))
    throw new InvalidOptionError(`Expected an id of a button like \`stall_loop\`, got \`${id}\`.`);
  if (typeof label !== 'string' || label === '' || label.length > 60)
    throw new InvalidOptionError(
      `Expected a label of 1 to 60 characters for the button \`${id}\`.`,
    );
  if (hint !== null && (typeof hint !== 'string' || hint.length > 200))
    throw new InvalidOptionError(
      `Expected a hint of up to 200 characters for the button \`${id}\`.`,
    );
  if (key !== null && (typeof key !== 'string' || [...key].length !== 1))
    throw new InvalidOptionError(`Expected one character as the key of the button \`${id}\`.`);
  const remove = ButtonRegistry.of(hub).add({ id, label, hint, key });
  const unlisten = hub.bus.listen('inspector_button', run, {
    filter: ({ data }) => data.button === id,
    name: `button ${label}`,
  });
  const owned = { name: `button ${id}`, end: remove };
  hub.scope.attach(owned);
  const end = (): void => {
    hub.scope.detach(owned);
    remove();
    unlisten();
  };
  return Object.assign(end, { [Symbol.dispose]: end });
}
