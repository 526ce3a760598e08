// Virtual time
export { VirtualClock } from './virtual-clock.js';
export type {
  AdvanceUntilOptions,
  PendingTimer,
  TimerKind,
  VirtualClockOptions,
} from './clock-options.js';
export { toMs } from './durations.js';
export type { Duration } from './durations.js';

// Hubs for tests
export { createTestHub } from './create-test-hub.js';
export type { TestHub, TestHubOptions } from './create-test-hub.js';
export type { LogRecord } from './captured-log.js';
export { expectNoLeaks } from './expect-no-leaks.js';
export { recordEvents } from './record-events.js';
export type { EventRecording } from './record-events.js';

// Marble tests
export { marbles } from './marbles.js';
export type { HubMarbleTest } from './marbles.js';
export { runMarbles } from './run-marbles.js';
export type {
  MarbleExtension,
  MarbleTest,
  StreamExpectation,
  SubscriptionExpectation,
} from './run-marbles.js';
export { parseMarbles, parseSubscription } from './marble-syntax.js';
export type { MarbleValues, SubscriptionSpan, TimedNotification } from './marble-syntax.js';
export type { ColdStream, HotStream } from './marble-streams.js';
export { toDiagram } from './to-diagram.js';
export { sameValue } from './same-value.js';

// Errors
export {
  EndlessTimersError,
  ForgottenAwaitError,
  LeakError,
  MarbleMismatchError,
  MarbleSyntaxError,
  NeverSettledError,
  VirtualTimeInUseError,
} from './testing-errors.js';
