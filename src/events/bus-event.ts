import type { Context } from '../causality/context.js';
import { isoTime } from '../clock/clock.js';
import type { Scope } from '../ownership/scope.js';
import type { EventData } from './event-map.js';

/** Where an event came from: this hub, or another one through a bridge. */
export type EventOrigin = 'local' | 'remote';

/** What may be given to `fire`. */
export interface FireOptions {
  /** @default 'local' */
  readonly origin?: EventOrigin | undefined;
  /** Who or what caused it. @default a child of the context whose code is running */
  readonly context?: Context | undefined;
  /** Epoch milliseconds. @default now */
  readonly timeFired?: number | undefined;
}

/** Home Assistant's wire form of an event. */
export interface EventJson {
  readonly event_type: string;
  readonly data: unknown;
  readonly origin: 'LOCAL' | 'REMOTE';
  readonly time_fired: string;
  readonly context: ReturnType<Context['toJSON']>;
}

/** Something that happened. All listeners of one fire get the same object. */
export class BusEvent<K extends string = string> {
  readonly type: K;
  /** Neither copied nor frozen: what was given to `fire`, or `{}`. */
  readonly data: EventData<K>;
  readonly origin: EventOrigin;
  /** Epoch milliseconds. */
  readonly timeFired: number;
  readonly context: Context;
  readonly #firedBy: Scope | undefined;

  constructor(
    type: K,
    data: EventData<K>,
    origin: EventOrigin,
    timeFired: number,
    context: Context,
    firedBy?: Scope,
  ) {
    this.type = type;
    this.data = data;
    this.origin = origin;
    this.timeFired = timeFired;
    this.context = context;
    this.#firedBy = firedBy;
  }

  /** Who fired it, for the log. @internal */
  static firedBy(event: BusEvent): Scope | undefined {
    return event.#firedBy;
  }

  toJSON(): EventJson {
    const data: unknown = this.data;
    return {
      event_type: this.type,
      data: hasWireForm(data) ? data.toJSON() : data,
      origin: this.origin === 'local' ? 'LOCAL' : 'REMOTE',
      time_fired: isoTime(this.timeFired),
      context: this.context.toJSON(),
    };
  }
}

function hasWireForm(data: unknown): data is { toJSON(): unknown } {
  return typeof (data as { toJSON?: unknown } | null)?.toJSON === 'function';
}
