import { type Hub, type Unsubscribe } from 'rxhome';
import { addInspectorButton } from 'rxhome/inspector';
import { dropFile, watchedFolder } from './drop-file.js';
import { breakATask, Guests, stallTheLoop } from './mishaps.js';
import type { HouseOptions } from './options.js';

type Name = HouseOptions['buttons'][number];

interface Button {
  readonly label: string;
  readonly hint: string;
  readonly key?: string;
  readonly run: () => void | Promise<void>;
}

/** Puts the wanted buttons onto the page, in the order in which they are wanted. */
export function addButtons(hub: Hub, wanted: readonly Name[]): void {
  const buttons = buttonsOf(hub);
  for (const name of new Set(wanted)) {
    const { run, ...words } = buttons[name];
    const add = (): Unsubscribe => addInspectorButton(hub, { id: name, ...words }, run);
    if (name === 'drop') whileWatched(hub, add);
    else add();
  }
}

function buttonsOf(hub: Hub): Readonly<Record<Name, Button>> {
  const guests = new Guests(hub);
  return {
    press: {
      label: 'Press the button',
      hint: 'An automation of rxhome.yaml waits for it',
      key: 'b',
      run: () => undefined,
    },
    drop: {
      label: 'Drop a file',
      hint: 'A real one, and a worker hashes it',
      run: async () => {
        const folder = watchedFolder(hub);
        if (folder !== undefined) await dropFile(folder);
      },
    },
    stall: {
      label: 'Stall the loop',
      hint: 'Nothing else can happen for 0.4 s',
      run: () => stallTheLoop(),
    },
    break: {
      label: 'Break a task',
      hint: 'It reads what is no JSON',
      run: () => breakATask(hub),
    },
    leak: {
      label: 'Leak a listener',
      hint: 'Somebody goes, and their listener stays',
      run: () => guests.invite(),
    },
  };
}

/** A button that is there while there is a folder to drop files into. */
function whileWatched(hub: Hub, add: () => Unsubscribe): void {
  let remove: Unsubscribe | undefined;
  const look = (): void => {
    const isWatched = watchedFolder(hub) !== undefined;
    if (isWatched === (remove !== undefined)) return;
    remove?.();
    remove = isWatched ? add() : undefined;
  };
  hub.configEntries.changes$.subscribe(look);
  look();
}
