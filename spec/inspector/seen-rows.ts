import { activityRows, type Gap, type Row } from 'rxhome/inspector';
import type { Hub } from 'rxhome';
import type { Subscription } from 'rxjs';

/** What a hub's rows have come to, as one who reads all batches knows it. */
export class SeenRows {
  readonly rows: Row[] = [];
  readonly gaps: Gap[] = [];
  /** The numbers of rows that were updated, in their order. */
  readonly updated: number[] = [];
  batches = 0;
  isComplete = false;
  readonly subscription: Subscription;
  readonly #causes = new Set<number>();

  constructor(hub: Hub) {
    this.subscription = activityRows(hub).subscribe({
      next: ({ rows, subjects, updates, gaps }) => {
        if (rows.length !== subjects.length) throw new Error('a row without a subject');
        this.batches++;
        rows.forEach((row) => this.#expectCauseFirst(row));
        this.rows.push(...rows);
        this.gaps.push(...gaps);
        this.updated.push(...updates.map(({ id }) => id));
      },
      complete: () => (this.isComplete = true),
    });
  }

  /** Whoever reads from the top meets what led to something before that. */
  #expectCauseFirst({ id, cause, text }: Row): void {
    if (this.#causes.has(id)) throw new Error(`“${text}” comes after what it led to`);
    this.#causes.add(cause);
  }

  /** The only row with this text. */
  row(text: string): Row {
    const found = this.rows.filter((row) => row.text === text);
    if (found.length !== 1)
      throw new Error(`${found.length} rows with “${text}”; there are: ${this.texts.join(' | ')}`);
    return found[0]!;
  }

  get texts(): string[] {
    return this.rows.map(({ text }) => text);
  }

  /** From the first cause to this row, as texts. */
  chain(text: string): string[] {
    const byId = new Map(this.rows.map((row) => [row.id, row]));
    const chain: string[] = [];
    for (let row: Row | undefined = this.row(text); row; row = byId.get(row.cause))
      chain.unshift(row.text);
    return chain;
  }
}
