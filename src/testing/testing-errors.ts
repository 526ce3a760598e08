import { HubError } from '../errors/hub-error.js';

/** Virtual time is already in use in this realm: uninstall the other clock, or await its test. */
export class VirtualTimeInUseError extends HubError {
  override readonly code = 'VIRTUAL_TIME_IN_USE';
}

/** Timers go on for ever, so virtual time never gets there: end them, or advance by a fixed span. */
export class EndlessTimersError extends HubError {
  override readonly code = 'ENDLESS_TIMERS';
}

/** Events lead to each other for ever, so time never goes on: break the circle. */
export class EndlessEventsError extends HubError {
  override readonly code = 'ENDLESS_EVENTS';
}

/** Something is awaited that no timer and no running work will bring: mend what should settle it. */
export class NeverSettledError extends HubError {
  override readonly code = 'NEVER_SETTLED';
}

/** A test went on without waiting for what it had started: put an `await` in front of it. */
export class ForgottenAwaitError extends HubError {
  override readonly code = 'FORGOTTEN_AWAIT';
}

/** A marble diagram, or the values that belong to it, cannot be read: mend the diagram. */
export class MarbleSyntaxError extends HubError {
  override readonly code = 'MARBLE_SYNTAX';
}

/** A stream did not do what its diagram says; the message draws both. */
export class MarbleMismatchError extends HubError {
  override readonly code = 'MARBLE_MISMATCH';
}

/** Something outlived its owner: end it in a teardown, or start it through the owner's hub. */
export class LeakError extends HubError {
  override readonly code = 'LEAK';
}

/** A request asked for something that no route of `mockHttp` answers: add the route. */
export class UnmockedRequestError extends HubError {
  override readonly code = 'UNMOCKED_REQUEST';
}
