import { type Activity, BusEvent, Context, State } from 'rxhome';

type Detail = Activity['detail'];

/** Makes activities as a hub would, in the order in which a hub tells of them. */
export class MadeUpFeed {
  readonly activities: Activity[] = [];
  at = 1_000_000;
  #lastId = 0;

  nextId(): number {
    return ++this.#lastId;
  }

  event(
    name: string,
    data: Record<string, unknown> = {},
    { parent = 0, cause = null as Context | null, owner = 'folder_watcher' } = {},
  ): { id: number; context: Context } {
    const context = Context.causedBy(cause, this.at);
    const event = new BusEvent(name, data, 'local', this.at, context);
    return { id: this.#point('event', name, owner, parent, context, { event }), context };
  }

  state(
    entityId: string,
    text: string | null,
    { parent = 0, cause = null as Context | null, owner = 'file_hasher', attributes = {} } = {},
  ): { id: number; context: Context } {
    const context = Context.causedBy(cause, this.at);
    const [domain = '', objectId = ''] = entityId.split('.');
    const made = new State({
      entityId,
      parts: { domain, objectId },
      state: text ?? 'old',
      attributes,
      lastChanged: this.at,
      lastUpdated: this.at,
      lastReported: this.at,
      context,
    });
    const data = {
      entityId,
      oldState: text === null ? made : null,
      newState: text === null ? null : made,
    };
    const event = new BusEvent('state_changed', data as never, 'local', this.at, context);
    return {
      id: this.#point('state', 'state_changed', owner, parent, context, { event }),
      context,
    };
  }

  /** A listener is told of after what it did; take its id before. */
  listener(
    id: number,
    owner: string,
    { parent, context, status = 'done' }: { parent: number; context: Context; status?: string },
  ): void {
    this.#tell({
      id,
      parent,
      phase: 'point',
      kind: 'listener',
      owner,
      context,
      detail: { status },
    });
  }

  start(
    kind: 'task' | 'job',
    name: string,
    { parent = 0, context = null as Context | null, owner = 'file_hasher', of = 'task' } = {},
  ): Activity {
    const id = this.nextId();
    return this.#tell({
      id,
      parent,
      phase: 'start',
      kind,
      owner,
      name,
      context,
      detail: { task: { kind: kind === 'job' ? 'job' : of } },
    });
  }

  end(started: Activity, detail: Detail = {}): void {
    this.activities.push({
      ...started,
      phase: 'end',
      at: this.at,
      detail: { ...started.detail, status: 'done', ...detail },
    });
  }

  #point(
    kind: Activity['kind'],
    name: string,
    owner: string,
    parent: number,
    context: Context,
    detail: Detail,
  ): number {
    const id = this.nextId();
    this.#tell({ id, parent, phase: 'point', kind, owner, name, context, detail });
    return id;
  }

  #tell(activity: Omit<Activity, 'at' | 'name'> & { name?: string }): Activity {
    const told = { name: '', ...activity, at: this.at };
    this.activities.push(told);
    return told;
  }
}
