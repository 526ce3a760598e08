import { describe, expect, it } from '@jest/globals';
import { chainOf, LONGEST_CHAIN, pathTo } from '../../../src/inspector/page/model/chain.js';
import { Chains } from '../../../src/inspector/page/model/chains.js';
import { plainSentenceOf, sentenceOf } from '../../../src/inspector/page/model/sentence.js';
import type { Row } from '../../../src/inspector/wire.js';
import { packed, storeOf } from './rows.js';

const HALL: (Partial<Row> & { id: number })[] = [
  { id: 1, at: 1_000, text: 'home/hall/motion 1', owner: 'mqtt' },
  { id: 2, at: 1_000.1, cause: 1, kind: 'automation', name: 'hall light' },
  { id: 3, at: 1_000.2, cause: 2, kind: 'service', name: 'light.turn_on' },
  { id: 5, at: 1_000.4, cause: 2, kind: 'timer', name: 'hall off', status: 'done', dur: 6_000 },
  { id: 4, at: 1_001, cause: 3, kind: 'state', entity: 'light.hall', text: 'light.hall: off → on' },
  { id: 6, at: 7_000.5, cause: 5, kind: 'service', name: 'light.turn_off' },
];

const tree = (chain: ReturnType<typeof chainOf>): string[] =>
  (chain?.rows ?? []).map(({ row, depth }) => `${' '.repeat(depth)}${row.id}`);

describe('a chain', () => {
  it('is the whole tree of what one cause led to, from wherever one begins', () => {
    const store = storeOf(...HALL);
    const expected = ['1', ' 2', '  3', '   4', '  5', '   6'];
    for (const { id } of HALL) expect(tree(chainOf(store, id))).toEqual(expected);
    const chain = chainOf(store, 4);
    expect(chain?.root.id).toBe(1);
    expect(chain?.rows.map(({ ms }) => Math.round(ms))).toEqual([0, 0, 0, 1, 0, 6001]);
    expect(chain?.lastsMs).toBeCloseTo(6_000.5);
    expect(chain).toMatchObject({ more: 0, isCut: false });
  });

  it('is nothing for a row that is not kept', () => {
    expect(chainOf(storeOf(...HALL), 99)).toBeNull();
    expect(pathTo(storeOf(...HALL), 99)).toEqual([]);
  });

  it('says that its cause is no longer kept', () => {
    const chain = chainOf(storeOf({ id: 2, cause: 1 }, { id: 3, cause: 2 }), 3);
    expect(chain).toMatchObject({ isCut: true, root: { id: 2 } });
    expect(plainSentenceOf(chain as never, 3)).toMatch(/^What led to this chain is no longer kept/);
  });

  it('marks what still runs, and what nobody waits for', () => {
    const store = storeOf(
      { id: 1 },
      { id: 2, cause: 1, kind: 'timeout', status: 'running', owner: 'lamp' },
      { id: 3, cause: 1, kind: 'task', status: 'running', owner: 'gone' },
    );
    const chain = chainOf(store, 1, (owner) => owner === 'gone');
    expect(chain?.rows.map(({ end }) => end)).toEqual([null, 'pending', 'owner-gone']);
  });

  it('shows 500 rows, with the one that was asked for, and says how many more there are', () => {
    const wide = Array.from({ length: 900 }, (_, index) => ({ id: index + 2, cause: 1 }));
    const deep = { id: 5_000, at: 5_000, cause: 901 };
    const chain = chainOf(storeOf({ id: 1 }, ...wide, deep), 5_000);
    expect(chain?.rows).toHaveLength(LONGEST_CHAIN);
    expect(tree(chain).slice(-2)).toEqual([' 901', '  5000']);
    expect(chain?.more).toBe(902 - LONGEST_CHAIN);
  });

  it('counts also what is only counted', () => {
    const wide = Array.from({ length: 1_500 }, (_, index) => ({ id: index + 2, cause: 1 }));
    expect(chainOf(storeOf({ id: 1 }, ...wide), 1)?.more).toBe(1_501 - LONGEST_CHAIN);
  });

  it('does not go round what says that it led to itself', () => {
    const store = storeOf({ id: 1, cause: 2 }, { id: 2, cause: 1 }, { id: 3, cause: 3 });
    expect(chainOf(store, 1)?.rows).toHaveLength(2);
    expect(chainOf(store, 3)?.rows).toHaveLength(1);
  });
});

describe('the sentence', () => {
  const say = (id: number): string => {
    const chain = chainOf(storeOf(...HALL), id);
    return chain ? plainSentenceOf(chain, id) : '';
  };

  it('says of a first cause what it set off', () => {
    expect(say(1)).toBe(
      'Nothing on the bus caused this: it came from outside. It set off 5 more events over 6.00 s.',
    );
  });

  it('says of an effect why it is', () => {
    expect(say(6)).toBe(
      'Because home/hall/motion 1, so automation hall light ran, so timer hall off, so service light.turn_off was called. 6.00 s from the first cause to this.',
    );
  });

  it('says both of what stands between', () => {
    expect(say(3)).toMatch(/0\.20 ms from the first cause to this\. It set off 1 more event over/);
  });

  it('says of what led to nothing that it did', () => {
    const chain = chainOf(storeOf({ id: 1 }), 1);
    expect(plainSentenceOf(chain as never, 1)).toMatch(/It set off nothing\.$/);
  });

  it('counts the middle of a long way', () => {
    const long = Array.from({ length: 20 }, (_, index) => ({
      id: index + 1,
      cause: index,
      text: `step ${index + 1}`,
    }));
    const text = plainSentenceOf(chainOf(storeOf(...long), 20) as never, 20);
    expect(text).toMatch(/so step 4, … 13 more steps …, so step 18/);
    expect(text).toMatch(/so step 20\. /);
  });

  it('counts also what is not shown', () => {
    const wide = Array.from({ length: 1_500 }, (_, index) => ({ id: index + 2, cause: 1 }));
    const chain = chainOf(storeOf({ id: 1 }, ...wide), 1);
    expect(plainSentenceOf(chain as never, 1)).toContain('It set off 1,500 more events');
  });

  it('is nothing for a row that the chain does not have', () => {
    expect(sentenceOf(chainOf(storeOf(...HALL), 1) as never, 77)).toEqual([]);
  });
});

describe('what caused what', () => {
  const press = (
    id: number,
    at: number,
    more: Partial<Row> = {},
  ): (Partial<Row> & { id: number })[] => [
    { id, at, name: 'press', text: `press ${id}`, ...more },
    { id: id + 1, at: at + 2, cause: id, kind: 'automation', name: 'Button' },
    {
      id: id + 2,
      at: at + 4,
      cause: id + 1,
      root: id,
      kind: 'task',
      status: 'done',
      dur: at % 300,
    },
  ];

  it('folds chains of one shape, the newest first', () => {
    const store = storeOf(
      ...press(1, 100),
      ...press(11, 200),
      { id: 20, at: 250, name: 'bell' },
      { id: 21, at: 251, cause: 20, kind: 'service', name: 'a.b' },
      ...press(31, 300),
    );
    const [first, second, ...others] = new Chains(store).newest();
    expect(first).toMatchObject({ root: { id: 31 }, times: 3, effects: 2, medianMs: 104 });
    expect(first?.rows.map(({ id }) => id)).toEqual([31, 32, 33]);
    expect(second).toMatchObject({ root: { id: 20 }, times: 1, effects: 1 });
    expect(others).toEqual([]);
  });

  it('keeps apart what failed', () => {
    const [, failed, well] = press(11, 200);
    const store = storeOf(...press(1, 100), { id: 11, at: 200, name: 'press' });
    expect(new Chains(store).newest()).toHaveLength(1);
    const both = storeOf(...press(1, 100), { id: 11, at: 200, name: 'press' }, failed as never, {
      ...(well as Row),
      status: 'failed',
    });
    const isFailed = new Chains(both)
      .newest()
      .map(({ rows }) => rows.some(({ status, kind }) => status === 'failed' || kind === 'error'));
    expect(isFailed).toEqual([true, false]);
  });

  it('leaves out housekeeping, and what is only measured', () => {
    const state = { kind: 'state', entity: 'sensor.cpu', number: 3 } as const;
    const store = storeOf(
      { id: 1, name: 'component_loaded' },
      { id: 2, cause: 1, kind: 'automation' },
      { id: 3, kind: 'task', name: 'measure' },
      { id: 4, cause: 3, ...state },
      { id: 5, ...state },
      { id: 6, kind: 'stage', name: 'running' },
      { id: 7, cause: 6, kind: 'automation' },
      { id: 8, name: 'nothing came of it' },
    );
    expect(new Chains(store).newest()).toEqual([]);
  });

  it('goes on with what comes to a chain, ends in it, and goes', () => {
    const store = storeOf({ id: 1, name: 'bell' });
    const chains = new Chains(store);
    const told = (): unknown[] =>
      chains.newest().map(({ root, effects, medianMs }) => [root.id, effects, medianMs]);
    expect(told()).toEqual([]);
    store.take([packed({ id: 2, cause: 1, at: 3, kind: 'task', status: 'running' })]);
    expect(told()).toEqual([[1, 1, 2]]);
    store.take([packed({ id: 3, cause: 2, root: 1, at: 4, kind: 'service' })]);
    expect(told()).toEqual([[1, 2, 3]]);
    store.take([['u', 2, 2, 50, null]]);
    expect(told()).toEqual([[1, 2, 52]]);
    store.take([packed({ id: 9, at: 10_000_000 })]);
    expect(told()).toEqual([]);
  });

  it('finds what came before its cause', () => {
    const store = storeOf({ id: 3, cause: 2, root: 1, at: 3, kind: 'service' });
    const chains = new Chains(store);
    expect(chains.newest()).toEqual([]);
    store.take([packed({ id: 2, cause: 1, at: 2 }), packed({ id: 1, at: 1 })]);
    expect(chains.newest().map(({ root, effects }) => [root.id, effects])).toEqual([[1, 2]]);
  });

  it('is of the newest, however many there are', () => {
    const store = storeOf();
    const chains = new Chains(store);
    for (let id = 1; id < 6_000; id += 2)
      store.take([
        packed({ id, name: 'bell' }),
        packed({ id: id + 1, cause: id, kind: 'service' }),
      ]);
    const [fold] = chains.newest();
    expect(fold).toMatchObject({ root: { id: 5_999 }, times: 500 });
  });

  it('tells a timer by what it led to', () => {
    const store = storeOf(
      { id: 1, kind: 'timer', text: 'sample, 5 s' },
      { id: 2, cause: 1, kind: 'task', text: 'sample' },
      {
        id: 3,
        cause: 2,
        root: 1,
        kind: 'state',
        entity: 'sun.sun',
        text: 'sun.sun: above_horizon',
      },
    );
    expect(new Chains(store).newest()).toMatchObject([{ title: 'sun.sun: above_horizon' }]);
  });

  it('has what a human did, even if nothing came of it', () => {
    const store = storeOf({ id: 1, human: true }, { id: 2 });
    expect(new Chains(store).newest().map(({ root }) => root.id)).toEqual([1]);
  });

  it('has as many as one asks for', () => {
    const rows = Array.from({ length: 30 }, (_, index) => [
      { id: index * 2 + 1, name: `n${index}` },
      { id: index * 2 + 2, cause: index * 2 + 1, kind: 'service' as const },
    ]).flat();
    expect(new Chains(storeOf(...rows)).newest(5)).toHaveLength(5);
  });
});
