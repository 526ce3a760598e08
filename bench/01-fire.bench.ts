import { BusEvent, callback, Context, Hub } from 'rxhome';
import { question, type Rival } from './harness.js';

const LISTENERS = 10;
let heard = 0;
let last: BusEvent | undefined;

/** What was heard, so that no rival can leave out the work. */
export const result = (): unknown => [heard, last];

/** Ten functions; one keeps the event, as listeners may, so that the event has to be made. */
function listeners(): ((event: BusEvent) => void)[] {
  const keep = (event: BusEvent): void => void (last = event);
  const others = Array.from({ length: LISTENERS - 1 }, (_, i) => (event: BusEvent) => {
    if (event.timeFired > i) heard++;
  });
  return [keep, ...others];
}

/** The floor: a loop over a list, with the same event objects and one `try` for all. */
function handWritten(): Rival {
  const list = listeners();
  const data = Object.freeze({});
  const fire = (type: string): void => {
    const time = Date.now();
    const context = Context.causedBy(null, time);
    const event = new BusEvent(type, data, 'local', time, context);
    for (let i = 0; i < list.length;) {
      try {
        for (; i < list.length; i++) list[i]?.(event);
      } catch {
        i++;
      }
    }
  };
  return {
    run: (iterations) => {
      for (let i = 0; i < iterations; i++) fire('door_opened');
    },
  };
}

function rxhome(mark: (fn: (event: BusEvent) => void) => (event: BusEvent) => void): Rival {
  const hub = new Hub();
  for (const listener of listeners()) hub.bus.listen('door_opened', mark(listener));
  return firing(hub);
}

function subscribers(): Rival {
  const hub = new Hub();
  for (const listener of listeners()) hub.bus.on('door_opened').subscribe(listener);
  return firing(hub);
}

function firing(hub: Hub): Rival {
  return {
    run: (iterations) => {
      for (let i = 0; i < iterations; i++) hub.bus.fire('door_opened');
    },
  };
}

export default question({
  name: 'bus.fire, 10 listeners',
  unit: 'event',
  floor: 'hand-written loop',
  goal: { 'listen(callback)': 1.3, listen: 1.3, 'on().subscribe': 1.5 },
  rivals: {
    'hand-written loop': handWritten,
    'listen(callback)': () => rxhome((fn) => callback(fn)),
    listen: () => rxhome((fn) => fn),
    'on().subscribe': subscribers,
  },
});
