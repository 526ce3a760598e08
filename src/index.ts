/* The hub */
export { getHub, Hub } from './hub/hub.js';
export type { HubOptions } from './hub/hub-options.js';
export type { HubSnapshot, HubStage } from './hub-api/hub.js';
export type { Diagnostic, DiagnosticKind, Growing } from './hub-api/diagnostic.js';
export type { LoopStats } from './hub-api/loop-stats.js';
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
export type { Held, OwnerCounts } from './listeners/listener-registry.js';

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
export type { Late, LateKind } from './ownership/late.js';
export type { Teardown } from './ownership/teardown.js';
export { HubData, HubKey } from './ownership/hub-data.js';
export type { Unsubscribe } from './ownership/unsubscribe.js';

/* Work */
export { callback } from './jobs/callback.js';
export { currentTask, whileIdle } from './jobs/idle.js';
export { Job } from './jobs/job.js';
export type { JobOptions, JobTarget, JobType } from './jobs/job.js';
export type { Task, TaskKind, TaskStatus } from './jobs/task.js';
export { workerModule } from './executor/worker-module.js';
export type { WorkerFunction } from './executor/worker-function.js';
export type { MainCallback } from './executor/main-callback.js';
export type { ExposedFunctions } from './executor/exposed-functions.js';
export type { ExecutorOptions, ExecutorStats } from './executor/executor.js';

/* Time and limits */
export { isoTime } from './clock/clock.js';
export { sleep } from './clock/sleep.js';
export type { SleepOptions } from './clock/sleep.js';
export type { TimeoutOptions, Timeouts } from './timeouts/timeouts.js';
export type { ZoneStatus } from './timeouts/timeout-manager.js';
export { trackInterval } from './tracking/track-interval.js';
export type { IntervalOptions } from './tracking/track-interval.js';
export { trackPointInTime } from './tracking/track-point-in-time.js';
export type { TimerOptions } from './tracking/track-point-in-time.js';
export { trackCron } from './tracking/track-cron.js';
export type { CronOptions } from './tracking/track-cron.js';
export { trackSun } from './tracking/track-sun.js';
export type { SunOptions } from './tracking/track-sun.js';
export { nextSunTime, sunPosition } from './tracking/sun-times.js';
export type { Place, SunEvent } from './tracking/sun-times.js';
export type { MissedRuns } from './tracking/track-times.js';
export type { TimerAction } from './tracking/tracked-timer.js';
export { trackState } from './tracking/track-state.js';
export type { TrackStateOptions } from './tracking/track-state.js';
export type { AfterRestart } from './tracking/state-holds.js';
export type { StateCondition, StateMatchOptions, StateWord } from './tracking/state-match.js';
export type { TrackerAction } from './tracking/own-tracker.js';
export { retryAsync } from './concurrency/retry-async.js';
export type { RetryAsyncOptions } from './concurrency/retry-async.js';
export type { BackoffOptions, FailedAttempt, RetryOptions } from './concurrency/backoff.js';
export { withTimeout } from './concurrency/with-timeout.js';
export type { WithTimeoutOptions } from './concurrency/with-timeout.js';
export { gather, gatherWithLimitedConcurrency } from './concurrency/gather.js';
export type { Gathered, GatherOptions } from './concurrency/gather.js';
export type { LimitedGatherOptions, Thunk } from './concurrency/limited-run.js';
export { cacheAsync } from './concurrency/cache-async.js';
export type { CacheAsyncOptions, CachedFunction, KeyedBy } from './concurrency/cache-async.js';
export { Semaphore } from './concurrency/semaphore.js';
export { Mutex } from './concurrency/mutex.js';

/* Services */
export { ServiceCalled } from './services/service-events.js';
export type { ServiceName } from './services/service-events.js';
export type {
  CallOptions,
  ServiceCall,
  ServiceData,
  ServiceDescription,
  ServiceHandler,
  ServiceOptions,
  ServiceResponse,
  Services,
  ServiceTarget,
  SupportsResponse,
} from './hub-api/services.js';

/* Integrations */
export { defineIntegration } from './config-entries/integration.js';
export type {
  ConfigEntries,
  ConfigEntry,
  ConfigEntryChange,
  ConfigEntryState,
  Integration,
  NewConfigEntry,
} from './hub-api/config-entry.js';
export type { SchemaIssue, SchemaResult, StandardSchema } from './hub-api/standard-schema.js';

/* Stored data */
export { Store } from './storage/store.js';
export type { StoreOptions } from './storage/store.js';
export { restoreState } from './storage/restore-state.js';
export type { LastState, RestoreState } from './storage/restore-state.js';

/* HTTP */
export { createHttpSession } from './http/create-http-session.js';
export { ensureOk } from './http/ensure-ok.js';
export type {
  FetchOptions,
  HttpSession,
  HttpSessionOptions,
  JsonOptions,
  OwnHttpSession,
} from './hub-api/http.js';

/* Data that is fetched */
export { DataUpdateCoordinator } from './coordinators/data-update-coordinator.js';
export type { CoordinatorOptions } from './coordinators/coordinator-options.js';
export { Debouncer } from './coordinators/debouncer.js';
export type { DebouncerOptions } from './coordinators/debouncer.js';

/* Entities */
export { Entity } from './entities/entity.js';
export { CoordinatorEntity } from './entities/coordinator-entity.js';
export { RestoreEntity } from './entities/restore-entity.js';
export { EntityPlatform } from './entities/entity-platform.js';
export type { EntityPlatformOptions } from './entities/entity-platform.js';
export type {
  AddEntitiesOptions,
  Entities,
  EntityAction,
  EntityState,
  Platform,
  PlatformEntity,
  PollingOptions,
} from './hub-api/platform.js';

/* Errors */
export { HubError, isHubError } from './errors/hub-error.js';
export { registerErrorClass } from './errors/wire.js';
export type { FailureSource, HubErrorReport } from './errors/report.js';
export * from './errors/input-errors.js';
export * from './errors/work-errors.js';
export * from './errors/integration-errors.js';
export * from './errors/service-errors.js';
export * from './errors/storage-errors.js';
export * from './errors/http-errors.js';
