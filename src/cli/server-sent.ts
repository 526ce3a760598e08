/** A server-sent event. */
export interface ServerSent {
  readonly event: string;
  readonly data: string;
  /** By which the stream goes on after it has broken off; empty if it has none. */
  readonly id: string;
}

/** More than this in one event is nothing that an inspector sends. */
const MAX_LENGTH = 64 * 1024 * 1024;

/**
 * Cuts a stream of text into its server-sent events. What comes in pieces is put together.
 *
 * @throws RangeError for an event of more than 64 million characters.
 */
export class ServerSentEvents {
  /** The line that has not ended yet, in the pieces in which it came. */
  #rest: string[] = [];
  #lines: string[] = [];
  #length = 0;
  #event = '';
  #id = '';

  /** The events that are complete with this piece. */
  add(piece: string): ServerSent[] {
    const found: ServerSent[] = [];
    this.#rest.push(piece);
    this.#length += piece.length;
    if (this.#length > MAX_LENGTH) throw new RangeError('It is too long.');
    if (!piece.includes('\n')) return found;
    const lines = this.#rest.join('').split('\n');
    this.#rest = [lines.pop() ?? ''];
    for (const line of lines) {
      if (!/^\r?$/.test(line)) this.#take(line.replace(/\r$/, ''));
      else if (this.#lines.length > 0 || this.#event !== '') found.push(this.#complete());
    }
    return found;
  }

  #take(line: string): void {
    const [, field = '', value = ''] = /^([^:]*)(?:: ?)?(.*)$/s.exec(line) ?? [];
    if (field === 'event') this.#event = value;
    else if (field === 'id') this.#id = value;
    else if (field === 'data') this.#lines.push(value);
  }

  #complete(): ServerSent {
    const sent = { event: this.#event || 'message', data: this.#lines.join('\n'), id: this.#id };
    this.#lines = [];
    this.#length = this.#rest.join('').length;
    this.#event = '';
    return sent;
  }
}
