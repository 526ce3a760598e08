import { callback, Hub } from 'rxhome';
import { question, type Rival } from './harness/question.js';
import { entityIds, hear, inTurn } from './subjects/homes.js';
import { ulid } from './rivals/index.js';

const ENTITIES = 1000;
const ids = entityIds(ENTITIES);
let heard = 0;

type Attributes = Readonly<Record<string, unknown>>;

const attributes = (): Attributes => ({
  unit_of_measurement: '°C',
  friendly_name: 'Number',
  device_class: 'temperature',
  icon: 'mdi:thermometer',
  precision: 1,
});
const kept = attributes();

/** What was heard, so that no rival can leave out the work. */
export const result = (): number => heard;

/** A state as a literal: replaced without a look at it, with a context that has no id. */
function literal(): Rival {
  const states = new Map<string, object>();
  const list = [(event: { timeFired: number }) => void (heard += event.timeFired)];
  return inTurn(ids, (entityId, state) => {
    const oldState = states.get(entityId) ?? null;
    const time = Date.now();
    const context = { id: null, parentId: null, userId: null };
    const newState = {
      entityId,
      state,
      attributes: kept,
      lastChanged: time,
      lastUpdated: time,
      lastReported: time,
      context,
    };
    states.set(entityId, newState);
    const data = { entityId, oldState, newState };
    tell(list, { type: 'state_changed', data, origin: 'local', timeFired: time, context });
  });
}

function tell<E>(list: readonly ((event: E) => void)[], event: E): void {
  for (let i = 0; i < list.length;) {
    try {
      for (; i < list.length; i++) list[i]?.(event);
    } catch {
      i++;
    }
  }
}

/** The same with all that could be asked for made at once: ids, dates, and everything frozen. */
async function eager(): Promise<Rival> {
  const newId = await ulid();
  const states = new Map<string, object>();
  const list = [(event: { timeFired: Date }) => void (heard += event.timeFired.getTime())];
  return inTurn(ids, (entityId, state) => {
    const oldState = states.get(entityId) ?? null;
    const time = new Date();
    const context = Object.freeze({ id: newId(), parentId: null, userId: null });
    const newState = Object.freeze({
      entityId,
      state,
      attributes: Object.freeze({ ...kept }),
      lastChanged: time,
      lastUpdated: time,
      lastReported: time,
      context,
    });
    states.set(entityId, newState);
    const data = Object.freeze({ entityId, oldState, newState });
    const event = { type: 'state_changed', data, origin: 'local', timeFired: time, context };
    tell(list, Object.freeze(event));
  });
}

function rxhome(set: (hub: Hub, id: string, text: string) => void): Rival {
  const hub = new Hub();
  hub.bus.listen('state_changed', callback(hear));
  for (const id of ids) hub.states.set(id, 'at first', kept);
  return { ...inTurn(ids, (id, text) => set(hub, id, text)), end: () => hub.stop() };
}

export default question({
  name: 'states.set, 1,000 entities, 5 attributes, 1 listener',
  work: 'set',
  unit: 'write',
  floor: 'literal',
  goals: [
    {
      what: 'changed, attributes given anew',
      rival: 'rxhome, changed, attributes anew',
      atMost: 2,
      of: 'literal',
    },
    {
      what: 'changed, attributes of the state handed back',
      rival: 'rxhome, changed, attributes handed back',
      atMost: 2,
      of: 'literal',
    },
    { what: 'unchanged', rival: 'rxhome, unchanged', atMost: 1, of: 'literal' },
  ],
  rivals: {
    literal,
    'rxhome, changed, attributes anew': () =>
      rxhome((hub, id, text) => hub.states.set(id, text, attributes())),
    'rxhome, changed, the same object given': () =>
      rxhome((hub, id, text) => hub.states.set(id, text, kept)),
    'rxhome, changed, attributes handed back': () =>
      rxhome((hub, id, text) => hub.states.set(id, text, hub.states.get(id)?.attributes)),
    'rxhome, unchanged': () => rxhome((hub, id) => hub.states.set(id, 'at first', kept)),
    'rxhome, unchanged, attributes handed back': () =>
      rxhome((hub, id) => hub.states.set(id, 'at first', hub.states.get(id)?.attributes)),
    'literal, eager ulid, dates, frozen': eager,
  },
  note: `The literal has none of Home Assistant's semantics: it does not look whether anything has changed,
copies and freezes nothing, checks no input, has no id, no cause and no queue. A write that changes
nothing is also told, as \`state_reported\`; here nobody listens to it.`,
});
