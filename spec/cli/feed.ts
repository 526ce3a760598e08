import type { Row, RowKind } from 'rxhome/inspector';

type Given = Partial<Omit<Row, 'id' | 'kind'>>;

/** Makes rows as the inspector of a hub would. */
export class MadeUpRows {
  readonly rows: Row[] = [];
  at = 1_000_000;
  #lastId = 0;

  point(kind: RowKind, given: Given = {}): Row {
    return this.#tell(kind, { status: 'point', ...given });
  }

  /** An event; its text is its name and what is worth a word in its data. */
  event(name: string, given: Given = {}): Row {
    return this.point('event', { owner: 'folder_watcher', name, text: name, ...given });
  }

  /** `sensor.a: on`, or what else stands behind the colon. */
  state(entity: string, value: string, given: Given = {}): Row {
    const text = `${entity}: ${value}`;
    return this.point('state', { name: 'state_changed', entity, text, ...given });
  }

  start(kind: RowKind, name: string, given: Given = {}): Row {
    return this.#tell(kind, { status: 'running', name, text: name, ...given });
  }

  /** The same row again, ended now. */
  end(row: Row, given: Given = {}): Row {
    const ended = { ...row, status: 'done' as const, dur: this.at - row.at, ...given };
    this.rows.push(ended);
    return ended;
  }

  #tell(kind: RowKind, given: Given): Row {
    const id = ++this.#lastId;
    const { cause = 0 } = given;
    const root = this.rows.find((row) => row.id === cause)?.root ?? (cause || id);
    const row: Row = {
      id,
      cause,
      root,
      kind,
      at: this.at,
      status: 'point',
      dur: 0,
      owner: 'file_hasher',
      name: '',
      text: '',
      short: '',
      entity: null,
      number: null,
      due: null,
      worker: null,
      human: false,
      ...given,
    };
    this.rows.push(row);
    return row;
  }
}
