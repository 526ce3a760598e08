import { asyncScheduler } from 'rxjs';
import type { Activity, BusEvent, Diagnostic, HubErrorReport } from 'rxhome';
import { oneWith, taskOf, workKey } from './one-thing.js';
import { Recent } from './recent.js';
import { type Node, RowGraph } from './row-graph.js';
import { byBeginning, diagnosticRow, type Draft, errorRow, rowOf, type Subject } from './row-of.js';
import { RowTime } from './row-time.js';
import { RunningRows } from './running-rows.js';
import { TickRows } from './tick-rows.js';
import type { Row } from './wire.js';
import { callWords } from './words.js';

const REMEMBERED_FAILURES = 500;
// More are not shown: the hub has them in its log.
const REPORTS_AT_ONCE = 500;
// An async listener that is through sooner, and led to nothing, is like any other.
const LASTS_MS = 20;

// The hub's own, and what says nothing new: of interest only if it led to something.
const HOUSEKEEPING =
  /^(homeassistant_\w+|core_config_updated|component_loaded|service_(registered|removed)|state_reported)$/;
// So are timers that nothing led to, if they are as short as those that pace somebody's work.
const PACING_MS = 2_000;

/** What has become of the activities since the last look. */
export interface MadeRows {
  /** In the order of time. */
  readonly rows: readonly Row[];
  /** What each of `rows` is about; `null`: nobody kept that. */
  readonly subjects: readonly (Subject | null)[];
  /** Rows of before that have gone on: the same objects. */
  readonly updates: readonly Row[];
}

/**
 * Makes rows of activities. They are taken in batches, because a listener is told of only after
 * what it led to: when a turn is over everything has its cause and its root.
 */
export class RowMaker {
  readonly #graph = new RowGraph();
  readonly #time = new RowTime();
  readonly #running = new RunningRows();
  /** By owner and name: the row of a failure that may be reported yet. */
  readonly #failed = new Recent<string, number>(REMEMBERED_FAILURES);
  #drafts = new Map<Draft, Subject | null>();
  #updates = new Set<Draft>();
  /** What is shown only if it led to something, or lasts. */
  #quiet = new Set<Node>();
  #undecided = new Set<Node>();
  readonly #held = new TickRows();
  #reports = 0;
  #lastReport = 0;

  /** What is added from now on has come at `since` or later. */
  begin(since: number): void {
    this.#time.begin(since);
  }

  /** Whether something is held back that may be shown although nothing more is added. */
  get isHolding(): boolean {
    return !this.#held.isEmpty;
  }

  /** @param arrived when it was told of, on the precise clock */
  add(activity: Activity, arrived: number): void {
    if (activity.phase === 'end') this.#end(activity);
    else if (activity.kind === 'listener') this.#addCall(activity);
    else {
      const other = oneWith(this.#graph, activity);
      if (other === 0) this.#begin(activity, arrived);
      else this.#join(activity, other);
    }
  }

  addError(report: HubErrorReport, when: number, arrived: number): void {
    if (++this.#reports > REPORTS_AT_ONCE) return;
    const { activity } = report;
    const { id: contextId } = (report.context ?? {}) as { readonly id?: string };
    const cause =
      (activity === undefined ? 0 : this.#graph.idOf(activity)) ||
      (this.#failed.get(workKey(report)) ?? this.#graph.byContext(contextId));
    const at = this.#time.of(when, arrived);
    this.#lead(cause, at);
    this.#drafts.set(errorRow(report, { id: --this.#lastReport, cause, at }), { report });
  }

  addDiagnostic(diagnostic: Diagnostic): void {
    if (++this.#reports > REPORTS_AT_ONCE) return;
    const at = this.#time.of(diagnostic.at, null);
    const row = diagnosticRow(diagnostic, { id: --this.#lastReport, cause: 0, at });
    this.#drafts.set(row, { diagnostic });
  }

  /** Ends what has ended while nobody looked. */
  reconcile(): void {
    for (const row of this.#running.endedUnseen(asyncScheduler.now())) this.#updates.add(row);
  }

  take(): MadeRows {
    for (const node of this.#undecided) this.#decide(node);
    for (const node of this.#quiet) this.#settle(node);
    for (const node of this.#held.ripe()) this.#show(node);
    for (const row of this.#running.reachedWorkers()) this.#updates.add(row);
    const made = [...this.#drafts].sort(([a], [b]) => byBeginning(a, b));
    const rows = made.map(([row]) => row);
    for (const row of rows)
      row.root = row.cause === 0 ? row.id : this.#graph.rootOf(row.id > 0 ? row.id : row.cause);
    const updates = [...this.#updates].filter(
      (row) => !this.#drafts.has(row) && this.#graph.get(row.id)?.isShown !== false,
    );
    this.#undecided = new Set();
    this.#quiet = new Set();
    this.#drafts = new Map();
    this.#updates = new Set();
    this.#reports = 0;
    return { rows, subjects: made.map(([, subject]) => subject), updates };
  }

  #begin(activity: Activity, arrived: number): void {
    const { id, kind, parent, context, phase } = activity;
    const graph = this.#graph;
    const isEvent = kind === 'event' || kind === 'state';
    // What is fired with a context that has been seen belongs to whatever made that.
    const made = graph.byContext(context?.id) || (isEvent ? graph.byContext(context?.parentId) : 0);
    const cause = graph.idOf(parent) || made;
    const node = this.#open(activity, cause, this.#time.of(activity.at, arrived));
    if (isEvent && context) graph.addContext(context.id, id);
    if (phase === 'start') this.#running.add(id, node.row as Draft, activity);
    if (node.origin === 'timer') return; // shown if it leads to something
    const isFirst = isEvent || node.callId !== null ? !context?.hasParent : node.isUncaused;
    if (isFirst && made === 0 && cause !== 0) {
      node.isUndecided = true;
      this.#undecided.add(node);
    } else this.#offer(node, activity);
  }

  /**
   * No event led to it. What is found in a tick of a timer, or by a task of the background, is the
   * first of its chain; other work belongs to the tick, and is shown if there is more to it.
   */
  #decide(node: Node): void {
    node.isUndecided = false;
    const { row, subject, cause } = node;
    if (row === null || subject === null || !('activity' in subject)) return;
    const origin = this.#graph.originOf(cause);
    const isWork = node.isUncaused && node.callId === null;
    if (origin !== null && !isWork) node.cause = row.cause = 0;
    if (origin === 'timer' && isWork && node.ledAt === null) this.#held.add(node);
    else if (origin !== null && isWork && isPacing(node)) this.#quiet.add(node);
    else this.#offer(node, subject.activity);
  }

  #offer(node: Node, { kind, detail }: Activity): void {
    const isEvent = kind === 'event' || kind === 'state';
    const isHousekeeping = isEvent && HOUSEKEEPING.test((detail['event'] as BusEvent).type);
    const isQuiet = isHousekeeping || (node.cause === 0 && isPacing(node));
    if (isQuiet && node.ledAt === null) this.#quiet.add(node);
    else this.#show(node);
  }

  /** A listener was called and has returned, or has come to its first `await`. */
  #addCall(activity: Activity): void {
    const { id, parent, context, detail } = activity;
    const cause = this.#graph.idOf(parent) || this.#graph.byContext(context?.id);
    const { ledAt } = this.#graph.at(id);
    const { before, after } = this.#graph.beganAround(id);
    // What happened in it is there already, also what is not shown yet, and came later.
    const led = Math.min(ledAt ?? Infinity, after ?? Infinity);
    const isSoon = led < activity.at + 1;
    const at = isSoon ? this.#time.before(led) : this.#time.of(activity.at, null);
    const causeAt = this.#graph.get(cause)?.at ?? 0;
    // Of the time inside a millisecond only this is known: it was between those two.
    const node = this.#open(activity, cause, Math.min(Math.max(at, causeAt, before), led));
    if (node.awaits) {
      const row = node.row as Draft;
      row.status = 'running';
      this.#running.add(id, row, activity);
    }
    if (detail['status'] === 'failed') this.#failed.set(workKey(activity), id);
    if (node.ledAt !== null || detail['status'] === 'failed') this.#show(node);
    else this.#quiet.add(node);
  }

  /** It is one thing with another one, which has a row or will have one. */
  #join(activity: Activity, other: number): void {
    const { id, kind, context, detail } = activity;
    this.#graph.alias(id, other);
    const row = this.#running.get(other);
    if (kind !== 'event' || context === null) return;
    this.#graph.addContext(context.id, other);
    if (row === undefined) return;
    Object.assign(row, callWords(detail['event'] as BusEvent));
    if (this.#drafts.has(row)) this.#drafts.set(row, { activity });
    else this.#graph.at(other).subject &&= { activity };
  }

  #end(activity: Activity): void {
    const id = this.#graph.idOf(activity.id);
    // Of two that are one the outer one tells how it ended, but for the call of an async listener.
    if (id !== activity.id && taskOf(activity)?.kind !== 'listener') return;
    const row = this.#running.end(id, activity);
    if (row === null) return;
    if (row.status === 'failed') this.#failed.set(workKey(activity), id);
    this.#updates.add(row);
  }

  #open(activity: Activity, cause: number, at: number): Node {
    const node = this.#graph.at(activity.id);
    const row = rowOf(activity, { id: activity.id, cause, at });
    const { context, detail } = activity;
    const task = taskOf(activity);
    node.isUncaused = context === null;
    if (task?.kind === 'service') node.callId = context?.id ?? null;
    else if (task) node.taskKey = workKey(activity);
    if (detail['repeats'] === true) node.origin = 'timer';
    else if (task?.kind === 'background' && context === null) node.origin = 'background';
    return Object.assign(node, { cause, at, row, subject: { activity }, isOpen: true });
  }

  /** What it is part of has led to something by that. */
  #show(node: Node): void {
    const { row, subject, cause } = node;
    if (row === null || node.isShown || node.isUndecided) return;
    node.isShown = true;
    this.#drafts.set(row, subject);
    node.row = node.subject = null;
    this.#lead(cause, row.at);
  }

  #lead(cause: number, at: number): void {
    if (cause === 0) return;
    const node = this.#graph.at(cause);
    node.ledAt ??= at;
    this.#show(node);
  }

  /** Its turn is over: is there more to it? */
  #settle(node: Node): void {
    const { row } = node;
    const lasts = row?.status === 'running' || row?.status === 'cancelled';
    if (row?.kind === 'listener' && (lasts || row.dur >= LASTS_MS)) this.#show(node);
    node.subject = null;
  }
}

function isPacing({ row }: Node): boolean {
  return row?.kind === 'timer' && row.due !== null && row.due - row.at <= PACING_MS;
}
