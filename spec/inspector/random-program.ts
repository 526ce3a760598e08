import fc from 'fast-check';

/** How code is called: plain, `async`, marked with `callback`, or at the end of a stream. */
export type ListenerKind = 'sync' | 'async' | 'callback' | 'subscriber';
/** How an operator holds values back; `data`: as something that is no event any more. */
export type Hold = 'none' | 'debounce' | 'delay' | 'audit' | 'gate' | 'data';
export type Mode = 'single' | 'restart' | 'queued' | 'parallel';
export type TaskMode = 'async' | 'sync' | 'lazy' | 'background' | 'promise' | 'cancelled';

export type Listener =
  | { readonly on: 'listener'; readonly kind: ListenerKind; readonly fails: boolean; body: Act[] }
  | {
      readonly on: 'action';
      readonly mode: Mode;
      readonly hold: Hold;
      readonly isAsync: boolean;
      readonly fails: boolean;
      body: Act[];
      then: Act[];
    }
  | { readonly on: 'worker'; body: Act[]; then: Act[] };

/** What listens to a change of state. */
export type Tracker =
  | { readonly on: 'tracker'; readonly isAsync: boolean; readonly forMs: number; body: Act[] }
  | { readonly on: 'held'; readonly ms: number; body: Act[] };

/** One thing that a program does. */
export type Act =
  | { readonly do: 'fire'; readonly times: number; listeners: Listener[] }
  | { readonly do: 'set'; trackers: Tracker[] }
  | { readonly do: 'entity' }
  | { readonly do: 'sleep'; readonly ms: number }
  | { readonly do: 'setTimeout'; readonly ms: number; body: Act[] }
  | { readonly do: 'task'; readonly mode: TaskMode; readonly awaits: boolean; body: Act[] }
  | { readonly do: 'at'; readonly ms: number; readonly isAsync: boolean; body: Act[] }
  | { readonly do: 'interval'; readonly ms: number; readonly ticks: number; body: Act[] }
  | { readonly do: 'limit'; readonly of: 'hub' | 'code'; readonly isLate: boolean; body: Act[] }
  | { readonly do: 'debounce'; readonly immediate: boolean; body: Act[] }
  | { readonly do: 'call'; readonly limit: 'none' | 'time' | 'signal'; body: Act[] }
  | { readonly do: 'job'; readonly awaits: boolean; body: Act[] };

const ms = fc.integer({ min: 1, max: 90 });
const bool = fc.boolean();

const { act } = fc.letrec<{
  act: Act;
  body: Act[];
  listener: Listener;
  tracker: Tracker;
}>((tie) => ({
  body: fc.array(tie('act'), { maxLength: 3, size: 'max', depthIdentifier: 'body' }),
  listener: fc.oneof(
    { depthIdentifier: 'body', depthSize: 'medium', maxDepth: 5 },
    fc.record({
      on: fc.constant('listener' as const),
      kind: fc.constantFrom<ListenerKind>('sync', 'async', 'callback', 'subscriber'),
      fails: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
      body: tie('body'),
    }),
    fc.record({
      on: fc.constant('action' as const),
      mode: fc.constantFrom<Mode>('single', 'restart', 'queued', 'parallel'),
      hold: fc.constantFrom<Hold>('none', 'none', 'debounce', 'delay', 'audit', 'gate', 'data'),
      isAsync: bool,
      fails: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
      body: tie('body'),
      then: tie('body'),
    }),
    fc.record({ on: fc.constant('worker' as const), body: tie('body'), then: tie('body') }),
  ),
  tracker: fc.oneof(
    { depthIdentifier: 'body', depthSize: 'medium', maxDepth: 5 },
    fc.record({
      on: fc.constant('tracker' as const),
      isAsync: bool,
      forMs: fc.constantFrom(0, 0, 20, 70),
      body: tie('body'),
    }),
    fc.record({ on: fc.constant('held' as const), ms, body: tie('body') }),
  ),
  act: fc.oneof(
    { depthIdentifier: 'body', depthSize: 'medium', maxDepth: 5, withCrossShrink: true },
    fc.constantFrom<Act>({ do: 'entity' }, { do: 'set', trackers: [] }),
    fc.record({ do: fc.constant('sleep' as const), ms }),
    ...Array.from({ length: 3 }, () =>
      fc.record({
        do: fc.constant('fire' as const),
        times: fc.constantFrom(1, 1, 2, 3),
        listeners: fc.array(tie('listener'), { minLength: 1, maxLength: 3 }),
      }),
    ),
    fc.record({
      do: fc.constant('set' as const),
      trackers: fc.array(tie('tracker'), { minLength: 1, maxLength: 2 }),
    }),
    fc.record({ do: fc.constant('setTimeout' as const), ms, body: tie('body') }),
    fc.record({
      do: fc.constant('task' as const),
      mode: fc.constantFrom<TaskMode>(
        ...(['async', 'sync', 'lazy', 'background', 'promise', 'cancelled'] as const),
      ),
      awaits: bool,
      body: tie('body'),
    }),
    fc.record({ do: fc.constant('at' as const), ms, isAsync: bool, body: tie('body') }),
    fc.record({
      do: fc.constant('interval' as const),
      ms,
      ticks: fc.integer({ min: 1, max: 2 }),
      body: tie('body'),
    }),
    fc.record({
      do: fc.constant('limit' as const),
      of: fc.constantFrom('hub' as const, 'code' as const),
      isLate: bool,
      body: tie('body'),
    }),
    fc.record({ do: fc.constant('debounce' as const), immediate: bool, body: tie('body') }),
    fc.record({
      do: fc.constant('call' as const),
      limit: fc.constantFrom('none' as const, 'time' as const, 'signal' as const),
      body: tie('body'),
    }),
    fc.record({ do: fc.constant('job' as const), awaits: bool, body: tie('body') }),
  ),
}));

/** Programs that do up to some hundred things, in each other. */
export const programs: fc.Arbitrary<Act[]> = fc.array(act, {
  minLength: 1,
  maxLength: 5,
  size: 'max',
});
