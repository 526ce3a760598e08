import { describe, expect, it } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import {
  ExecutorQueueFullError,
  NotCloneableError,
  WorkerCrashedError,
} from '../../src/errors/work-errors.js';
import { train, WatchedGroup, work } from './batching.js';
import { type FakeCall, FakeThread } from './fake-threads.js';

const MAX_QUEUE = 12;

type Step =
  | { readonly do: 'add'; readonly kind: FakeCall['kind']; readonly isKilled: boolean }
  | { readonly do: 'step'; readonly at: number; readonly times: number }
  | { readonly do: 'turn' }
  | { readonly do: 'answer' }
  | { readonly do: 'cancel'; readonly at: number }
  | { readonly do: 'die'; readonly at: number; readonly hasWords: boolean };

interface Call extends FakeCall {
  readonly stop: () => void;
  /** How it ended, as often as it did. */
  readonly ends: unknown[];
  /** How often it had begun when it was cancelled, if it was. */
  begunWhenCancelled: number | undefined;
}

/** Fake threads and their queue, and what each call of them should come to. */
class Play {
  readonly #maxThreads: number;
  readonly #calls: Call[] = [];
  readonly #threads: FakeThread[] = [];
  readonly #order: number[] = [];
  readonly #watched: WatchedGroup;
  #answers: (() => void)[] = [];

  constructor(maxThreads: number) {
    this.#maxThreads = maxThreads;
    this.#watched = new WatchedGroup({
      maxThreads,
      maxQueue: MAX_QUEUE,
      openPool: () => {
        const thread = new FakeThread(this.#calls, this.#order);
        this.#threads.push(thread);
        return thread;
      },
    });
  }

  /** The largest batch that there was. */
  get largest(): number {
    return Math.max(0, ...this.#watched.sizes);
  }

  /** How many were started. */
  get threads(): number {
    return this.#threads.length;
  }

  async do(step: Step): Promise<void> {
    train();
    const at = 'at' in step ? step.at : 0;
    const thread = this.#living[at % Math.max(1, this.#living.length)];
    if (step.do === 'add') void this.#add(step.kind, step.isKilled);
    if (step.do === 'step') for (let i = 0; i < step.times; i++) thread?.step();
    if (step.do === 'die') thread?.die(step.hasWords);
    if (step.do === 'answer') this.#answer();
    if (step.do === 'cancel') this.#cancel(this.#open[at % Math.max(1, this.#open.length)]);
    if (step.do === 'turn') await this.#settle();
    // Whatever happens on the loop, promises have their turn before the next thing happens.
    for (let i = 0; i < 10; i++) await Promise.resolve();
  }

  /** Lets everything come to its end, and looks at it. */
  async finish(): Promise<void> {
    for (let round = 0; this.#open.length > 0 || this.#living.some(({ isBusy }) => isBusy);) {
      if (round++ > 500) throw new Error(`They hang: ${this.#open.map(({ n }) => n).join()}`);
      this.#answer();
      for (const thread of this.#living) thread.step();
      if (round % 3 === 0) await this.#settle();
    }
    await this.#settle();
    for (const call of this.#calls) this.#check(call);
    const { group } = this.#watched;
    expect([group.queued, group.running, group.handedOver]).toEqual([0, 0, []]);
    // With one thread calls begin in the order in which they came.
    if (
      this.#maxThreads === 1 &&
      this.#calls.every(({ kind }) => kind !== 'ask' && kind !== 'nest')
    )
      expect(this.#order).toEqual([...this.#order].sort((a, b) => a - b));
    await group.close();
  }

  get #living(): FakeThread[] {
    return this.#threads.filter(({ thread }) => thread);
  }

  get #open(): Call[] {
    return this.#calls.filter(({ ends }) => ends.length === 0);
  }

  async #add(kind: FakeCall['kind'], isKilled: boolean): Promise<void> {
    const { signal, abort } = controller();
    const n = this.#calls.length;
    const call: Call = {
      n,
      kind,
      begun: 0,
      isLost: false,
      stop: () => abort(`off ${n}`),
      ends: [],
      begunWhenCancelled: undefined,
    };
    this.#calls.push(call);
    const second: Partial<Record<typeof kind, unknown>> = {
      ask: () => new Promise<void>((resolve) => this.#answers.push(resolve)),
      nest: () => this.#add('plain', false),
      uncopied: { inside: () => n },
    };
    const wasFull = this.#watched.group.queued >= MAX_QUEUE;
    const fn = work.with({ signal, graceMs: isKilled ? 0 : Infinity });
    try {
      call.ends.push(await this.#watched.run(fn, [n, second[kind]]));
    } catch (error) {
      call.ends.push(error);
      if (error instanceof ExecutorQueueFullError) expect(wasFull).toBe(true);
    }
  }

  #cancel(call: Call | undefined): void {
    if (!call || call.begunWhenCancelled !== undefined) return;
    call.begunWhenCancelled = call.begun;
    call.stop();
  }

  #answer(): void {
    for (const answer of this.#answers.splice(0)) answer();
  }

  async #settle(): Promise<void> {
    for (let i = 0; i < 3; i++) await turn();
    for (const thread of this.#living) thread.hear();
    const { group } = this.#watched;
    expect(group.queued + group.running).toBe(this.#open.length);
    expect(group.queued).toBeLessThanOrEqual(MAX_QUEUE);
    // No call waits while a thread could run it.
    const busy = this.#living.filter(({ isBusy }) => isBusy);
    const free = this.#maxThreads - busy.filter(({ isAsking }) => !isAsking).length;
    if (free > 0 && busy.length < this.#maxThreads + 16) expect(group.queued).toBe(0);
  }

  #check({ n, kind, begun, isLost, ends, begunWhenCancelled }: Call): void {
    const [end] = ends;
    expect([n, ends.length, begun > 1]).toEqual([n, 1, false]);
    if (end === n) expect([n, begun, isLost]).toEqual([n, 1, false]);
    else if (end === `off ${n}`) {
      // What had not begun when it was cancelled never has.
      if (begunWhenCancelled === 0) expect([n, begun]).toEqual([n, 0]);
    } else if (end instanceof WorkerCrashedError) expect([n, isLost]).toEqual([n, true]);
    else if (end instanceof NotCloneableError) expect([kind, begun]).toEqual(['uncopied', 0]);
    else if (end instanceof ExecutorQueueFullError) expect([n, begun]).toEqual([n, 0]);
    else throw new Error(`${n} ended with ${String(end)}`);
  }
}

function controller(): { signal: AbortSignal; abort: (reason: string) => void } {
  const own = new AbortController();
  return { signal: own.signal, abort: (reason) => own.abort(reason) };
}

const at = fc.nat({ max: 50 });
const kind = (...odd: FakeCall['kind'][]): fc.Arbitrary<FakeCall['kind']> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constant<FakeCall['kind']>('plain') },
    fc.constantFrom(...odd),
  );

function steps(...odd: FakeCall['kind'][]): fc.Arbitrary<Step[]> {
  const add = fc.record({
    do: fc.constant('add' as const),
    kind: kind(...odd),
    isKilled: fc.boolean(),
  });
  const step = fc.record({
    do: fc.constant('step' as const),
    at,
    times: fc.integer({ min: 1, max: 6 }),
  });
  const more = fc.oneof(
    fc.record({ do: fc.constant('cancel' as const), at }),
    fc.record({ do: fc.constant('die' as const), at, hasWords: fc.boolean() }),
    fc.constant({ do: 'answer' as const }),
  );
  const turns = fc.constant({ do: 'turn' as const });
  const any = fc.oneof<fc.WeightedArbitrary<Step>[]>(
    { weight: 6, arbitrary: add },
    { weight: 6, arbitrary: step },
    { weight: 3, arbitrary: turns },
    { weight: 2, arbitrary: more },
  );
  return fc.array(any, { minLength: 20, maxLength: 120 });
}

describe('calls in batches, whatever happens between two steps of their threads', () => {
  let largest = 0;

  it('end when they are cancelled, though their thread has given them back and nobody has heard it', async () => {
    const play = new Play(1);
    const add = { do: 'add', kind: 'plain', isKilled: true } as const;
    const step = { do: 'step', at: 0, times: 1 } as const;
    // The first is alone, because it brings the link, and the second, because the first may be slow.
    for (const kind of ['plain', 'plain', 'tired', 'plain', 'plain'] as const)
      await play.do({ ...add, kind });
    await play.do({ ...step, times: 3 });
    await play.do({ do: 'turn' });
    await play.do({ ...step, times: 2 });
    await play.do({ do: 'turn' });
    expect(play.largest).toBe(3);
    await play.do({ ...step, times: 2 });
    await play.do({ do: 'cancel', at: 2 });
    await play.finish();
    expect(play.threads).toBe(1);
  });

  it.each([
    [1, steps('tired', 'uncopied')],
    [1, steps('tired', 'ask', 'nest', 'uncopied')],
    [2, steps('tired', 'uncopied')],
    [3, steps('tired', 'ask', 'nest', 'uncopied')],
  ])(
    'end once, are begun once at most, and never wait in vain (%p threads)',
    async (max, any) => {
      await fc.assert(
        fc.asyncProperty(any, async (program) => {
          const play = new Play(max);
          for (const step of program) await play.do(step);
          await play.finish();
          largest = Math.max(largest, play.largest);
        }),
        { numRuns: 200 },
      );
      expect(largest).toBeGreaterThan(3);
    },
    120_000,
  );
});
