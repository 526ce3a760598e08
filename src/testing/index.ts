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
export { closeTestHubs } from './open-hubs.js';
export type { LeakRule } from './left-behind.js';
export { expectNoLeaks } from './expect-no-leaks.js';
export { recordEvents } from './record-events.js';
export type { EventRecording } from './record-events.js';

// Recordings
export { replay } from './replay.js';
export { toMarbles } from './to-marbles.js';
export type { Recorded, RecordedEvent } from './recorded-events.js';

// Stand-ins
export { mockService } from './mock-service.js';
export type { MockAnswer, MockService } from './mock-service.js';
export { fakeEntity } from './fake-entity.js';
export type { FakeEntity, FakeEntityOptions } from './fake-entity.js';
export { mockHttp } from './mock-http.js';
export type { MockedRequest, MockHttp, MockRoute } from './mock-http.js';

// Matchers for jest, vitest and others
export { hubMatchers, installMatchers } from './matchers.js';
export type { HubMatchers, MatcherResult } from './matchers.js';

// Marble tests
export { marbles } from './marbles.js';
export type { HubMarbleTest, MarblesOptions } from './marbles.js';
export type { BusTools } from './bus-tools.js';
export type { ExpectedCall, ExpectedEvent } from './event-subjects.js';
export type { ExpectedError } from './error-subject.js';
export type { BusExpectation } from './expect-bus.js';
export type { StatesExpectation } from './expect-states.js';
export type { ExpectedEntityState, ExpectedState, StatesSelector } from './state-subjects.js';
export type { Matcher } from './same-value.js';
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
  EndlessEventsError,
  EndlessTimersError,
  ForgottenAwaitError,
  LeakError,
  MarbleMismatchError,
  MarbleSyntaxError,
  NeverSettledError,
  UnmockedRequestError,
  VirtualTimeInUseError,
} from './testing-errors.js';
