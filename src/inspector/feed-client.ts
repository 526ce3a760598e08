import type { ServerResponse } from 'node:http';
import { asyncScheduler } from 'rxjs';
import type { RowLog } from './row-log.js';
import { sseFrame } from './sse.js';

const MAX_UNREAD_BYTES = 2 ** 20;
/** So many rows behind, a page is too slow to catch up. */
const MAX_BEHIND = 20_000;

/**
 * One who reads the feed: a place in the log, and nothing of his own. If he does not read, nothing
 * more is written; if he falls too far behind he is told of a gap, and goes on with what is new.
 */
export class FeedClient {
  readonly #response: ServerResponse;
  readonly #log: RowLog;
  /** He has missed what is not in the log: the present state of it has to be sent again. */
  readonly #onMissed: () => void;
  #sent: number;
  /** Rows that he may be behind: at first all that is kept. */
  #maxBehind: number;
  #skippedFrom: number | null = null;
  #hasMissed = false;

  constructor(response: ServerResponse, log: RowLog, sent: number, onMissed: () => void) {
    this.#response = response;
    this.#log = log;
    this.#onMissed = onMissed;
    this.#sent = sent;
    this.#maxBehind = log.rowsSince(sent) + MAX_BEHIND;
    response.on('drain', () => this.pump());
  }

  /** Sends what is not in the log; to one who does not read, nothing. */
  send(frame: Buffer): void {
    if (this.#isFull) this.#hasMissed = true;
    else this.#response.write(frame);
  }

  /** Sends what is new in the log, as far as he reads. */
  pump(): void {
    const log = this.#log;
    this.#skipIfTooFar();
    if (this.#isFull) return;
    this.#tellGap();
    if (this.#hasMissed) {
      this.#hasMissed = false;
      this.#onMissed();
    }
    while (this.#sent < log.last && !this.#isFull) {
      const frame = log.get(this.#sent + 1);
      if (frame) this.#response.write(frame.bytes);
      this.#sent++;
    }
    if (this.#sent === log.last) this.#maxBehind = MAX_BEHIND;
  }

  /** Sends a last message, as far as he reads, and ends. Resolves when that has gone out. */
  end(frame: Buffer): Promise<void> {
    this.pump();
    return new Promise((resolve) => this.#response.end(frame, () => resolve()));
  }

  #skipIfTooFar(): void {
    const log = this.#log;
    const isLost = this.#sent + 1 < log.first && this.#sent < log.last;
    if (!isLost && log.rowsSince(this.#sent) <= this.#maxBehind) return;
    this.#skippedFrom ??= log.get(this.#sent + 1)?.at ?? log.get(log.first)?.at ?? 0;
    this.#sent = log.last;
  }

  #tellGap(): void {
    const from = this.#skippedFrom;
    if (from === null) return;
    this.#skippedFrom = null;
    const gap = { from, to: asyncScheduler.now(), events: null, because: 'slow-page' } as const;
    this.#response.write(sseFrame('gap', gap, this.#log.idOf(this.#sent)));
  }

  get #isFull(): boolean {
    const { socket, writableLength, destroyed } = this.#response;
    return destroyed || Math.max(writableLength, socket?.writableLength ?? 0) > MAX_UNREAD_BYTES;
  }
}
