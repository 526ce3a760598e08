import { HubError } from './hub-error.js';

/** A limit of time was reached: the work was told to stop; try again or allow more time. */
export class TimeoutError extends HubError {
  override readonly code = 'TIMEOUT';
}

/** The task was cancelled; `cause` is the reason that was given. Not a failure: nothing to do. */
export class CancelledError extends HubError {
  override readonly code = 'CANCELLED';
}

/** The owner was unloaded before the call: end the timer or loop that still calls. */
export class ScopeClosedError extends HubError {
  override readonly code = 'SCOPE_CLOSED';
}

/** Several teardowns of one scope failed; all of them were run. `errors` holds each failure. */
export class TeardownError extends HubError {
  override readonly code = 'TEARDOWN_FAILED';
  readonly errors: readonly unknown[];

  constructor(message: string, errors: readonly unknown[]) {
    super(message, { cause: errors[0] });
    this.errors = errors;
  }
}

/** The hub is stopping: nothing new is taken on. */
export class ShutdownError extends HubError {
  override readonly code = 'SHUTTING_DOWN';
}

/** The call does not fit the stage of the hub or the state of the entry: do it earlier or later. */
export class StageError extends HubError {
  override readonly code = 'WRONG_STAGE';
}

/** The call was made on a thread, or in code, that is not the event loop of a running hub. */
export class WrongThreadError extends HubError {
  override readonly code = 'WRONG_THREAD';
}

/** No hub's code is running: call it inside a listener, task or job, or pass the hub along. */
export class NoHubError extends HubError {
  override readonly code = 'NO_HUB';
}

/** A call that blocks the loop was refused (`debug` and `strict`): await its other form. */
export class BlockingCallError extends HubError {
  override readonly code = 'BLOCKING_CALL';
}

/** A function marked with `callback()` returned a promise: take the mark off. */
export class CallbackReturnedPromiseError extends HubError {
  override readonly code = 'CALLBACK_RETURNED_PROMISE';
}

/** An event was dropped because a chain of events caused itself again and again: break the loop. */
export class EventLoopError extends HubError {
  override readonly code = 'EVENT_LOOP';
  /** The last event types before the one that was dropped, oldest first. */
  readonly chain: readonly string[];

  constructor(message: string, chain: readonly string[]) {
    super(message);
    this.chain = chain;
  }
}

/** Too many events wait for delivery, so this one was dropped: fire less at once. */
export class EventQueueFullError extends HubError {
  override readonly code = 'EVENT_QUEUE_FULL';
}

/** A flow has no room for another value, and its strategy is `error`: take more, or drop some. */
export class OverflowError extends HubError {
  override readonly code = 'OVERFLOW';
}

/** Too many jobs wait for a worker: wait for some to end, or allow a longer queue. */
export class ExecutorQueueFullError extends HubError {
  override readonly code = 'EXECUTOR_QUEUE_FULL';
}

/** The worker thread died under this job: it exited, ran out of memory, or was killed. */
export class WorkerCrashedError extends HubError {
  override readonly code = 'WORKER_CRASHED';
}

/** The worker module cannot be loaded or does not export that function: mend the reference. */
export class WorkerModuleError extends HubError {
  override readonly code = 'WORKER_MODULE';
}

/** An argument or the result of a worker function cannot be copied between threads. */
export class NotCloneableError extends HubError {
  override readonly code = 'NOT_CLONEABLE';
}

/** A worker asked for a function of the loop that nobody exposed: expose it or mend the name. */
export class UnknownFunctionError extends HubError {
  override readonly code = 'UNKNOWN_FUNCTION';
}
