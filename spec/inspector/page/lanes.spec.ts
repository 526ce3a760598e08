import { describe, expect, it } from '@jest/globals';
import { LaneOrder } from '../../../src/inspector/page/model/lane-order.js';
import { Lanes } from '../../../src/inspector/page/model/lanes.js';
import { layoutOf } from '../../../src/inspector/page/model/layout.js';
import { matcherOf } from '../../../src/inspector/page/model/matches.js';
import type { RowStore } from '../../../src/inspector/page/model/row-store.js';
import type { EntityRow, Row } from '../../../src/inspector/wire.js';
import { aRow, packed, storeOf } from './rows.js';

const entities = (...rows: EntityRow[]): Map<string, EntityRow> =>
  new Map(rows.map((row) => [row[0], row]));
const keys = (lanes: Lanes): string[] => lanes.list.value.map(({ key }) => key);
const keyOf = (lanes: Lanes, store: RowStore, id: number): string | undefined =>
  lanes.of(store.get(id) as Row)?.key;

describe('the lanes', () => {
  it('go from cause to effect, whatever came first', () => {
    const store = storeOf(
      { id: 1, kind: 'error' },
      { id: 2, kind: 'job', worker: 2 },
      { id: 3, kind: 'job', worker: 1 },
      { id: 4, kind: 'task' },
      { id: 5, kind: 'state', entity: 'light.hall', short: 'on' },
      { id: 6, kind: 'timer', cause: 8 },
      { id: 15, kind: 'timer' },
      { id: 7, kind: 'service' },
      { id: 8, kind: 'blocked' },
      { id: 9, kind: 'listener' },
      { id: 10, owner: 'mqtt' },
      { id: 11, owner: 'sun.sun of sun "Sun"' },
      { id: 12, human: true },
      { id: 13, cause: 8 },
      { id: 14, kind: 'stage' },
    );
    expect(keys(new Lanes(store))).toEqual([
      'inputs/you',
      'inputs/clock',
      'inputs/mqtt',
      'inputs/Sun',
      'decisions/events',
      'decisions/rules',
      'decisions/automations',
      'decisions/service calls',
      'decisions/timeouts',
      'states/light.hall',
      'work/tasks',
      'work/worker 1',
      'work/worker 2',
      'health/errors',
      'health/stages',
    ]);
  });

  it('stay where they are when more come', () => {
    const store = storeOf({ id: 1, owner: 'mqtt' });
    const lanes = new Lanes(store);
    const [mqtt] = lanes.list.value;
    store.take([packed({ id: 2, owner: 'inbox' }), packed({ id: 3, owner: 'mqtt' })]);
    expect(keys(lanes)).toEqual(['inputs/mqtt', 'inputs/inbox']);
    expect(lanes.list.value[0]).toBe(mqtt);
    const list = lanes.list.value;
    store.take([packed({ id: 4, owner: 'mqtt' })]);
    expect(lanes.list.value).toBe(list);
  });

  it('are at most 3 inputs, 3 measures, 5 ribbons, 2 workers; the others share one', () => {
    const many = (
      from: number,
      row: (index: number) => Partial<Row>,
    ): ({ id: number } & Partial<Row>)[] =>
      Array.from({ length: 9 }, (_, index) => ({ id: from + index, ...row(index) }));
    const store = storeOf(
      ...many(1, (index) => ({ owner: `input ${index}` })),
      ...many(20, (index) => ({ kind: 'state', entity: `sensor.t${index}`, number: index })),
      ...many(40, (index) => ({ kind: 'state', entity: `vacuum.v${index}` })),
      ...many(60, (index) => ({ kind: 'job', worker: index + 1 })),
    );
    const lanes = new Lanes(store);
    lanes.setEntities(
      entities(
        ...many(0, () => ({})).map(({ id }): EntityRow => [`sensor.t${id}`, '1', `t${id}`, '°C']),
      ),
    );
    const groups = lanes.list.value.map(({ group }) => group);
    const of = (group: string): number => groups.filter((one) => one === group).length;
    expect([of('inputs'), of('measures'), of('states'), of('work')]).toEqual([4, 4, 6, 3]);
    expect(keyOf(lanes, store, 9)).toBe('inputs/other inputs');
    expect(keyOf(lanes, store, 28)).toBe('measures/other measures');
    expect(keyOf(lanes, store, 48)).toBe('states/other states');
    expect(keyOf(lanes, store, 68)).toBe('work/other workers');
    expect(keys(lanes).at(-1)).toBe('work/other workers');
  });

  it('take a number with a unit as measured, also if that is known only later', () => {
    const store = storeOf({ id: 1, kind: 'state', entity: 'sensor.cpu', number: 3 });
    const lanes = new Lanes(store);
    expect(keyOf(lanes, store, 1)).toBe('states/other states');
    lanes.setEntities(entities(['sensor.cpu', '3', 'cpu load', '%']));
    expect(keyOf(lanes, store, 1)).toBe('measures/sensor.cpu');
    expect(lanes.list.value.find(({ look }) => look === 'spark')?.name).toBe('cpu load');
  });

  it('are there for what acts before it changes, but not for a number without a unit', () => {
    const lanes = new Lanes(storeOf());
    lanes.setEntities(
      entities(
        ['sensor.text', 'x', 'text', null],
        ['light.b', 'on', 'b', null],
        ['person.you', 'home', 'you', null],
      ),
    );
    expect(keys(lanes)).toEqual(['states/person.you', 'states/light.b']);
  });

  it('take as measured what is to be a number, and what says more first', () => {
    const lanes = new Lanes(storeOf());
    lanes.setEntities(
      entities(
        ['sensor.a_uptime', '3', 'Uptime', 'h'],
        ['sensor.load', 'unavailable', 'Load', '%'],
        ['binary_sensor.with_a_long_name', 'on', 'Door', null],
      ),
    );
    expect(lanes.list.value.map(({ name, look }) => [name, look])).toEqual([
      ['Load', 'spark'],
      ['Uptime', 'spark'],
      ['Door', 'ribbon'],
    ]);
  });

  it('let a job go from the queue to its worker', () => {
    const store = storeOf({ id: 1, kind: 'job', status: 'running' });
    const lanes = new Lanes(store);
    expect(keyOf(lanes, store, 1)).toBe('work/tasks');
    store.take([['u', 1, 1, 0, 2]]);
    expect(keyOf(lanes, store, 1)).toBe('work/worker 2');
    const [tasks, worker] = lanes.list.value;
    expect([tasks?.rows.size, tasks?.running.size]).toEqual([0, 0]);
    expect(worker?.running.size).toBe(1);
    store.take([['u', 1, 2, 8, 2]]);
    expect(worker?.running.size).toBe(0);
  });

  it('let go what the store lets go, and remember what was before', () => {
    const light = { kind: 'state', entity: 'light.hall' } as const;
    const store = storeOf({ id: 1, at: 1, ...light, short: 'on' });
    const lanes = new Lanes(store);
    store.take([packed({ id: 2, at: 400_000, ...light, short: 'off' })]);
    const [hall] = lanes.list.value;
    expect(hall?.rows.size).toBe(1);
    expect(hall?.before?.short).toBe('on');
  });

  it('narrow to what is looked for', () => {
    const store = storeOf(
      { id: 1, owner: 'mqtt', text: 'motion' },
      { id: 2, owner: 'mqtt', text: 'power' },
      { id: 3, kind: 'automation', name: 'Motion light' },
    );
    const lanes = new Lanes(store);
    lanes.setFilter('MOTION');
    expect(keys(lanes)).toEqual(['inputs/mqtt', 'decisions/automations']);
    expect(keyOf(lanes, store, 2)).toBeUndefined();
    lanes.setFilter('automations');
    expect(keys(lanes)).toEqual(['decisions/automations']);
    store.take([packed({ id: 4, owner: 'mqtt', text: 'more' })]);
    expect(keys(lanes)).toEqual(['decisions/automations']);
    lanes.setFilter('');
    expect(lanes.list.value[0]?.rows.size).toBe(3);
  });

  it('begin anew with another run, and tell of what changes', () => {
    const store = storeOf({ id: 1 });
    const told: string[] = [];
    const lanes = new Lanes(store);
    lanes.tell({
      touched: (lane, { id }) => told.push(`${lane.name} ${id}`),
      reset: () => told.push('reset'),
    });
    store.take([packed({ id: 2 })]);
    store.begin('second');
    expect(lanes.list.value).toEqual([]);
    expect(told).toEqual(['door 2', 'reset']);
  });
});

describe('bars', () => {
  const bar = (id: number, at: number, dur: number): Partial<Row> & { id: number } => ({
    id,
    at,
    dur,
    kind: 'task',
    status: dur > 0 ? 'done' : 'running',
  });

  it('that overlap stand under each other', () => {
    const store = storeOf(
      bar(1, 0, 100),
      bar(2, 10, 100),
      bar(3, 20, 10),
      bar(4, 40, 5),
      bar(5, 120, 5),
    );
    const lane = new Lanes(store).list.value[0];
    const subRows = [1, 2, 3, 4, 5].map((id) => lane?.subRowOf(store.get(id) as Row));
    expect(subRows).toEqual([0, 1, 2, 2, 0]);
  });

  it('are found by any part of them, short and long', () => {
    const store = storeOf(
      bar(1, 0, 50_000),
      bar(2, 30_000, 10),
      bar(3, 100, 0),
      bar(4, 45_000, 9_000),
    );
    const lane = new Lanes(store).list.value[0];
    const found = lane?.lastedIn(30_005, 46_000).map(({ id }) => id);
    expect(found?.sort()).toEqual([1, 2, 4]);
    expect(lane?.lastedIn(55_000, 60_000)).toEqual([]);
  });

  it('that lasted long are found also if they were running when they came', () => {
    const store = storeOf(bar(1, 0, 0), bar(2, 20_000, 5));
    const lane = new Lanes(store).list.value[0];
    store.take([['u', 1, 2, 30_000, null]]);
    expect(lane?.lastedIn(25_000, 26_000).map(({ id }) => id)).toEqual([1]);
  });

  it('over others have no room for their texts', () => {
    const store = storeOf(
      bar(1, 0, 50),
      bar(2, 1, 50),
      bar(3, 2, 50),
      bar(4, 3, 50),
      bar(5, 60, 50),
    );
    const lane = new Lanes(store).list.value[0];
    const hasRoom = [1, 2, 3, 4, 5].map((id) => lane?.hasRoomFor(store.get(id) as Row));
    expect(hasRoom).toEqual([true, true, true, false, true]);
  });

  it('give their place back when they end', () => {
    const store = storeOf(bar(1, 0, 0), bar(2, 10, 0));
    const lane = new Lanes(store).list.value[0];
    store.take([['u', 1, 2, 15, null]]);
    store.take([packed(bar(3, 20, 0))]);
    expect(lane?.subRowOf(store.get(3) as Row)).toBe(0);
    expect([...(lane?.running ?? [])].map(({ id }) => id)).toEqual([2, 3]);
  });
});

describe('the order of lanes', () => {
  it('is what somebody gave them, within their group, and is kept', () => {
    const saved: (readonly string[])[] = [];
    const memory = {
      load: () => saved.at(-1) ?? [],
      save: (all: readonly string[]) => saved.push(all),
    };
    const store = storeOf(
      { id: 1, owner: 'a' },
      { id: 2, owner: 'b' },
      { id: 3, owner: 'c' },
      { id: 4, kind: 'task' },
    );
    const lanes = new Lanes(
      store,
      new LaneOrder({ ...memory, save: (all) => void memory.save(all) }),
    );
    lanes.move('inputs/c', -1);
    expect(keys(lanes).slice(0, 3)).toEqual(['inputs/a', 'inputs/c', 'inputs/b']);
    lanes.move('inputs/a', 99);
    lanes.move('inputs/nobody', 1);
    expect(keys(lanes)).toEqual(['inputs/c', 'inputs/b', 'inputs/a', 'work/tasks']);
    const later = new Lanes(
      store,
      new LaneOrder({ load: () => saved.at(-1) ?? [], save: () => undefined }),
    );
    expect(keys(later)).toEqual(keys(lanes));
  });
});

describe('the layout', () => {
  it('has a heading over each group, and fills the room there is, so far as it goes', () => {
    const { list } = new Lanes(
      storeOf({ id: 1 }, { id: 2, kind: 'task' }, { id: 3, kind: 'job', worker: 1 }),
    );
    const small = layoutOf(list.value, 10);
    const large = layoutOf(list.value, 5_000);
    expect(large.headings.map(({ group }) => group)).toEqual(['inputs', 'work']);
    expect(small.height).toBeLessThan(large.height);
    expect(large.height).toBeLessThan(250);
    for (const { places, headings } of [small, large]) {
      const boxes = [
        ...places.map(({ top, height }) => [top, height]),
        ...headings.map(({ top }) => [top, 20]),
      ];
      boxes.sort(([a = 0], [b = 0]) => a - b);
      boxes.reduce((end, [top = 0, height = 0]) => {
        expect(top).toBe(end);
        return top + height;
      }, 0);
    }
  });
});

describe('what is looked for', () => {
  const row = aRow({
    id: 1,
    owner: 'Hue',
    name: 'light.turn_on',
    entity: 'light.hall',
    kind: 'service',
  });
  it.each([
    ['', true],
    ['  hUE ', true],
    ['hue hall', true],
    ['hue kitchen', false],
    ['-hall', false],
    ['service -kitchen', true],
    ['-', true],
  ])('%j', (filter, expected) => {
    expect(matcherOf(filter)(row)).toBe(expected);
  });
});
