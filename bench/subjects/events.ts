import { BusEvent, Context } from 'rxhome';

export const TYPE = 'door_opened';

/** What anybody listens with. */
export type Listener = (event: BusEvent) => void;

const NO_DATA = Object.freeze({});
let heard = 0;
let last: BusEvent | undefined;

/** What was heard, so that no rival can leave out the work. */
export const result = (): unknown => [heard, last];

/** The full event, as the bus makes it: a time, a context that can give ids. Every rival carries it. */
export function makeEvent(): BusEvent {
  const time = Date.now();
  return new BusEvent(TYPE, NO_DATA, 'local', time, Context.causedBy(null, time));
}

/** So many functions; the first keeps the event, as listeners may, so that it has to be made. */
export function listeners(count: number): Listener[] {
  const keep: Listener = (event) => void (last = event);
  const others = Array.from({ length: count - 1 }, (_, i): Listener => (event) => {
    if (event.timeFired > i) heard++;
  });
  return [keep, ...others];
}

/** The floor of all deliveries: the functions one after the other, each in spite of the one before. */
export function deliver(list: readonly Listener[], event: BusEvent): void {
  for (let i = 0; i < list.length;) {
    try {
      for (; i < list.length; i++) list[i]?.(event);
    } catch {
      i++;
    }
  }
}
