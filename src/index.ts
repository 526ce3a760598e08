/* The hub */
export { getHub, Hub } from './hub/hub.js';
export type { HubOptions } from './hub/hub-options.js';
export type { HubSnapshot, HubStage } from './hub-api/hub.js';
export type { Diagnostic, DiagnosticKind } from './hub-api/diagnostic.js';
export type { Why, WhyStep } from './hub-api/why.js';
export type { Logger, LogFields } from './hub-api/logger.js';
export type { StageTimeouts } from './lifecycle/stages.js';
export { stopOnSignals } from './lifecycle/process-signals.js';

/* Events */
export { MATCH_ALL } from './events/event-map.js';
export type { EventData, EventMap, EventType, MatchAll } from './events/event-map.js';
export { BusEvent } from './events/bus-event.js';
export type { EventJson, EventOrigin, FireOptions } from './events/bus-event.js';
export type { EventBus, EventOf, Listener, ListenOptions } from './listeners/event-bus.js';
export type { WaitOptions } from './listeners/wait-for.js';

/* Causes */
export { Context } from './causality/context.js';
export { currentContext, runUncaused } from './causality/execution.js';
export type { ContextInit } from './causality/context.js';
export type { Activity, ActivityKind } from './causality/probe.js';

/* States */
export { State } from './states/state.js';
export type { StateJson } from './states/state.js';
export type { Attributes } from './states/attributes.js';
export type { StateValue } from './states/state-text.js';
export type { SetOptions } from './states/state-table.js';
export type { ChangeSelector, StateChange, StateMachine } from './states/state-machine.js';
export type { StateChanged, StateReported } from './states/state-events.js';
export { isEntityId, parseEntityId, slugify } from './states/entity-id.js';

/* Ownership */
export { Scope } from './ownership/scope.js';
export type { ScopeOptions } from './ownership/scope.js';
export type { Teardown } from './ownership/teardown.js';
export { HubData, HubKey } from './ownership/hub-data.js';
export type { Unsubscribe } from './ownership/unsubscribe.js';

/* Work */
export { callback } from './jobs/callback.js';
export { Job } from './jobs/job.js';
export type { JobOptions, JobTarget, JobType } from './jobs/job.js';
export type { Task, TaskKind, TaskStatus } from './jobs/task.js';
export { workerModule } from './executor/worker-module.js';
export type { WorkerFunction } from './executor/worker-function.js';
export type { MainCallback } from './executor/main-callback.js';
export type { ExposedFunctions } from './executor/exposed-functions.js';
export type { ExecutorOptions, ExecutorStats } from './executor/executor.js';

/* Time and limits */
export { sleep } from './clock/sleep.js';
export type { SleepOptions } from './clock/sleep.js';
export { trackInterval } from './tracking/track-interval.js';
export type { IntervalOptions } from './tracking/track-interval.js';
export { retryAsync } from './concurrency/retry-async.js';
export type { RetryAsyncOptions } from './concurrency/retry-async.js';
export type { BackoffOptions, FailedAttempt, RetryOptions } from './concurrency/backoff.js';
export { Semaphore } from './concurrency/semaphore.js';
export { Mutex } from './concurrency/mutex.js';

/* Integrations */
export { defineIntegration } from './config-entries/integration.js';
export type {
  ConfigEntries,
  ConfigEntry,
  ConfigEntryState,
  Integration,
  NewConfigEntry,
} from './hub-api/config-entry.js';
export type { SchemaIssue, SchemaResult, StandardSchema } from './hub-api/standard-schema.js';

/* Errors */
export { HubError, isHubError } from './errors/hub-error.js';
export { registerErrorClass } from './errors/wire.js';
export type { FailureSource, HubErrorReport } from './errors/report.js';
export * from './errors/input-errors.js';
export * from './errors/work-errors.js';
export * from './errors/integration-errors.js';
