import { EventEmitter } from 'node:events';
import { callback, Hub } from 'rxhome';
import { Subject } from 'rxjs';
import { question, type Question, type Rival } from '../harness/question.js';
import { effect, emittery, eventemitter3, mitt, nanoevents } from '../rivals/index.js';
import { deliver, type Listener, listeners, makeEvent, TYPE } from './events.js';

const BURST = 64; // as many as an asynchronous rival gets before it is waited for

/** One event to so many listeners. */
export function firing(count: number): Question {
  const heardBy = count === 1 ? '1 listener' : `${count} listeners`;
  return question({
    name: `bus.fire, ${heardBy}`,
    work: 'fire',
    unit: 'event',
    floor: 'hand-written loop',
    goals: [
      { what: `${heardBy}, listen(callback)`, rival: 'rxhome listen(callback)', ...atMost(1.3) },
      { what: `${heardBy}, listen`, rival: 'rxhome listen', ...atMost(1.3) },
    ],
    rivals: {
      'hand-written loop': () => byHand(count),
      'rxhome listen(callback)': () => listening(count, (fn) => callback(fn)),
      'rxhome listen': () => listening(count, (fn) => fn),
      'rxhome on().subscribe': () => subscribing(count),
      EventEmitter: () => {
        const emitter = new EventEmitter();
        for (const listener of listeners(count)) emitter.on(TYPE, listener);
        return emitting((event) => emitter.emit(TYPE, event));
      },
      eventemitter3: async () => {
        const emitter = new (await eventemitter3())();
        for (const listener of listeners(count)) emitter.on(TYPE, listener);
        return emitting((event) => emitter.emit(TYPE, event));
      },
      mitt: async () => {
        const emitter = (await mitt())();
        for (const listener of listeners(count)) emitter.on(TYPE, listener);
        return emitting((event) => emitter.emit(TYPE, event));
      },
      nanoevents: async () => {
        const emitter = (await nanoevents())();
        for (const listener of listeners(count)) emitter.on(TYPE, listener);
        return emitting((event) => emitter.emit(TYPE, event));
      },
      'rxjs Subject': () => {
        const subject = new Subject<unknown>();
        for (const listener of listeners(count)) subject.subscribe(listener as () => void);
        return emitting((event) => subject.next(event));
      },
      emittery: () => withEmittery(count),
      'Effect PubSub': () => withPubSub(count),
    },
    note: `Every rival carries the same event object (type, data, origin, time, context with an id that is
made when it is read), so what differs is the delivery. The floor isolates listeners from each other
and has neither queue, cause, owner nor types. EventEmitter, eventemitter3, mitt and nanoevents do
not isolate: the first listener that throws ends the delivery. rxjs reports such an error as an
uncaught exception. emittery and Effect deliver later: emittery is awaited event by event, Effect
gets ${BURST} at a time, and then its fibers are waited for.`,
  });
}

const atMost = (times: number) => ({ atMost: times, of: 'hand-written loop' as const });

function emitting(emit: (event: unknown) => unknown): Rival {
  return {
    run: (iterations) => {
      for (let i = 0; i < iterations; i++) emit(makeEvent());
    },
  };
}

function byHand(count: number): Rival {
  const list = listeners(count);
  return {
    run: (iterations) => {
      for (let i = 0; i < iterations; i++) deliver(list, makeEvent());
    },
  };
}

function listening(count: number, mark: (fn: Listener) => Listener): Rival {
  const hub = new Hub();
  for (const listener of listeners(count)) hub.bus.listen(TYPE, mark(listener));
  return firingOf(hub);
}

function subscribing(count: number): Rival {
  const hub = new Hub();
  for (const listener of listeners(count)) hub.bus.on(TYPE).subscribe(listener);
  return firingOf(hub);
}

/** The bus makes its events itself. */
export function firingOf(hub: Hub): Rival {
  return {
    run: (iterations) => {
      for (let i = 0; i < iterations; i++) hub.bus.fire(TYPE);
    },
    end: () => hub.stop(),
  };
}

async function withEmittery(count: number): Promise<Rival> {
  const emitter = new (await emittery())();
  for (const listener of listeners(count)) emitter.on(TYPE, listener);
  return {
    async run(iterations) {
      for (let i = 0; i < iterations; i++) await emitter.emit(TYPE, makeEvent());
    },
  };
}

/** One fiber for each listener, as Effect wants it. */
async function withPubSub(count: number): Promise<Rival> {
  const { Effect, PubSub } = await effect();
  const hub = Effect.runSync(PubSub.unbounded());
  let taken = 0;
  const fibers = listeners(count).map((listener) => {
    const listen = (event: Parameters<Listener>[0]) =>
      Effect.sync(() => {
        taken++;
        listener(event);
      });
    const loop = Effect.flatMap(PubSub.subscribe(hub), (subscription) =>
      Effect.forever(Effect.flatMap(PubSub.take(subscription), listen)),
    );
    return Effect.runFork(Effect.scoped(loop));
  });
  await turn();
  return {
    async run(iterations) {
      const end = taken + iterations * count;
      for (let left = iterations; left > 0; left -= BURST) {
        for (let i = Math.min(left, BURST); i > 0; i--) PubSub.publishUnsafe(hub, makeEvent());
        while (taken < end - Math.max(0, left - BURST) * count) await turn();
      }
    },
    end: () => fibers.forEach((fiber) => fiber.interruptUnsafe()),
  };
}

const turn = (): Promise<void> => new Promise((next) => setImmediate(next));
