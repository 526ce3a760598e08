/**
 * What is used of the rivals. They are installed only when somebody measures, and the types of this
 * folder are checked always; so what is used of them is declared here, and nothing more.
 */

declare module 'mitt' {
  interface Emitter {
    on(type: string, listener: (event: any) => void): void;
    off(type: string, listener: (event: any) => void): void;
    emit(type: string, event: unknown): void;
  }
  export default function mitt(): Emitter;
}

declare module 'eventemitter3' {
  export class EventEmitter {
    on(type: string, listener: (event: any) => void): this;
    off(type: string, listener: (event: any) => void): this;
    emit(type: string, event: unknown): boolean;
  }
}

declare module 'nanoevents' {
  interface Emitter {
    on(type: string, listener: (event: any) => void): () => void;
    emit(type: string, event: unknown): void;
  }
  export function createNanoEvents(): Emitter;
}

declare module 'emittery' {
  export default class Emittery {
    on(type: string, listener: (event: any) => void): () => void;
    emit(type: string, event: unknown): Promise<void>;
  }
}

declare module 'effect' {
  interface Work<A> {
    readonly made: A;
  }
  export const Effect: {
    sync<A>(run: () => A): Work<A>;
    flatMap<A, B>(work: Work<A>, next: (value: A) => Work<B>): Work<B>;
    forever(work: Work<unknown>): Work<never>;
    scoped<A>(work: Work<A>): Work<A>;
    runSync<A>(work: Work<A>): A;
    runFork(work: Work<unknown>): { interruptUnsafe(): void };
  };
  export const PubSub: {
    unbounded(): Work<Hub>;
    subscribe(hub: Hub): Work<Subscription>;
    take(subscription: Subscription): Work<any>;
    publishUnsafe(hub: Hub, value: unknown): boolean;
  };
  interface Hub {
    readonly isHub: true;
  }
  interface Subscription {
    readonly isSubscription: true;
  }
}

declare module 'p-limit' {
  export default function pLimit(limit: number): <T>(run: () => Promise<T>) => Promise<T>;
}

declare module 'p-map' {
  export default function pMap<T, R>(
    values: Iterable<T>,
    map: (value: T) => Promise<R>,
    options: { concurrency: number },
  ): Promise<R[]>;
}

declare module 'p-queue' {
  export default class PQueue {
    constructor(options: { concurrency: number });
    addAll<T>(runs: readonly (() => Promise<T>)[]): Promise<T[]>;
  }
}

declare module 'async-mutex' {
  export class Semaphore {
    constructor(limit: number);
    runExclusive<T>(run: () => Promise<T>): Promise<T>;
  }
}

declare module 'ulid' {
  export function ulid(): string;
}
