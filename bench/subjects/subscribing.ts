import { EventEmitter } from 'node:events';
import { callback, Hub } from 'rxhome';
import { Subject, type Subscription } from 'rxjs';
import { eventemitter3, mitt, nanoevents } from '../rivals/index.js';
import { TYPE } from './events.js';

type Listener = (event: unknown) => void;

/** Something with one type of event, to which one can listen. */
export interface Source<Handle = unknown> {
  /** What is done to a listener before: not counted. */
  readonly prepare?: (listener: Listener) => Listener;
  /** The result is what one keeps to end it; nothing, where the function itself is enough. */
  add(listener: Listener): Handle;
  remove(handle: Handle, listener: Listener): void;
}

/** A list whose nodes know their neighbours: the least that can be removed wherever it stands. */
class LinkedNode {
  previous: LinkedNode;
  next: LinkedNode;
  readonly listener: Listener | null;

  constructor(listener: Listener | null, before?: LinkedNode) {
    this.listener = listener;
    this.next = before ?? this;
    this.previous = before?.previous ?? this;
    this.previous.next = this;
    this.next.previous = this;
  }

  remove(): void {
    this.previous.next = this.next;
    this.next.previous = this.previous;
  }
}

interface Emitter {
  on(type: string, listener: Listener): unknown;
  off(type: string, listener: Listener): unknown;
}

function emitterSource(emitter: Emitter): Source {
  return {
    add: (listener) => void emitter.on(TYPE, listener),
    remove: (_, listener) => void emitter.off(TYPE, listener),
  };
}

export const linkedNodes = (): Source => {
  const head = new LinkedNode(null);
  return source<LinkedNode>({
    add: (listener) => new LinkedNode(listener, head),
    remove: (node) => node.remove(),
  });
};

export const listenCallback = (): Source => ({ ...listen(), prepare: callback });

export const listen = (): Source => {
  const hub = new Hub();
  return source<() => void>({
    add: (listener) => hub.bus.listen(TYPE, listener),
    remove: (end) => end(),
  });
};

export const onSubscribe = (): Source => {
  const stream = new Hub().bus.on(TYPE);
  return source<Subscription>({
    add: (listener) => stream.subscribe(listener),
    remove: (subscription) => subscription.unsubscribe(),
  });
};

export const rxjsSubject = (): Source => {
  const subject = new Subject();
  return source<Subscription>({
    add: (listener) => subject.subscribe(listener),
    remove: (subscription) => subscription.unsubscribe(),
  });
};

export const nodeEmitter = (): Source => emitterSource(new EventEmitter().setMaxListeners(0));

export const mittEmitter = async (): Promise<Source> => emitterSource((await mitt())());

export const eventEmitter3 = async (): Promise<Source> =>
  emitterSource(new (await eventemitter3())());

export const nanoEvents = async (): Promise<Source> => {
  const emitter = (await nanoevents())();
  return source<() => void>({
    add: (listener) => emitter.on(TYPE, listener),
    remove: (end) => end(),
  });
};

/** So many functions, no two the same. */
export function makeListeners({ prepare }: Source, count: number): Listener[] {
  const made = Array.from({ length: count }, (): Listener => () => undefined);
  return prepare ? made.map(prepare) : made;
}

function source<Handle>(made: Source<Handle>): Source {
  return made;
}
