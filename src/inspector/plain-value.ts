import { types } from 'node:util';

/** How much of a value is shown. */
export interface PlainLimits {
  /** Characters of all texts and names together. */
  readonly chars: number;
  readonly values: number;
  readonly depth: number;
}

const SHOWN: PlainLimits = { chars: 64 * 1024, values: 2_000, depth: 12 };
/** For programs, which want all of it; there is an end all the same. */
export const WHOLE: PlainLimits = { chars: 4 * 2 ** 20, values: 100_000, depth: 32 };

/** A value as JSON can tell it. */
export interface PlainValue {
  readonly data: unknown;
  readonly isCut: boolean;
}

/**
 * Any value as plain data, within limits: what is beyond is left out, and `isCut`. Cycles,
 * functions and other things become texts. Never throws.
 */
export function plainValue(value: unknown, limits: PlainLimits = SHOWN): PlainValue {
  const walk = new Walk(limits);
  const data = walk.copy(value, 0);
  return { data, isCut: walk.isCut };
}

class Walk {
  readonly #limits: PlainLimits;
  readonly #above = new Set<object>();
  #chars = 0;
  #values = 0;
  isCut = false;

  constructor(limits: PlainLimits) {
    this.#limits = limits;
  }

  copy(value: unknown, depth: number): unknown {
    this.#values++;
    switch (typeof value) {
      case 'string':
        return this.#text(value);
      case 'number':
        return Number.isFinite(value) ? value : String(value);
      case 'boolean':
        return value;
      case 'undefined':
        return null;
      case 'object':
        return value === null ? null : this.#object(value, depth);
      case 'function':
        return this.#text(`[function ${nameOf(value)}]`);
      default:
        return this.#text(typeof value === 'bigint' ? `${value}n` : String(value));
    }
  }

  #object(value: object, depth: number): unknown {
    if (this.#above.has(value)) return '[cycle]';
    if (depth >= this.#limits.depth) return this.#cut('[deeper than is shown]');
    this.#above.add(value);
    try {
      return this.#parts(value, depth + 1);
    } catch {
      return '[cannot be read]';
    } finally {
      this.#above.delete(value);
    }
  }

  #parts(value: object, depth: number): unknown {
    if (Array.isArray(value)) return this.#list(value, value.length, depth);
    if (types.isDate(value)) return Number.isNaN(value.getTime()) ? 'no date' : value.toISOString();
    if (types.isRegExp(value)) return this.#text(String(value));
    if (types.isProxy(value)) return '[proxy]';
    if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) return bytesIn(value);
    if (types.isMap(value)) return { '[map]': this.#list(value, value.size, depth) };
    if (types.isSet(value)) return { '[set]': this.#list(value, value.size, depth) };
    if (types.isPromise(value)) return '[promise]';
    if (value instanceof WeakMap || value instanceof WeakSet || value instanceof WeakRef)
      return '[weak]';
    const told = wireForm(value);
    if (told !== undefined) return this.copy(told, depth);
    return this.#fields(value, depth);
  }

  #list(list: Iterable<unknown>, size: number, depth: number): unknown[] {
    const copy: unknown[] = [];
    for (const value of list) {
      if (this.#isFull) break;
      copy.push(this.copy(value, depth));
    }
    if (copy.length < size) copy.push(this.#cut(`[${size - copy.length} more]`));
    return copy;
  }

  #fields(value: object, depth: number): unknown {
    const copy: Record<string, unknown> = {};
    const isError = types.isNativeError(value);
    const keys = isError ? ['name', 'message', 'code', 'cause', 'stack'] : [];
    // Names are not gathered first: there may be a million.
    for (const key in value) {
      if (!Object.hasOwn(value, key) || keys.includes(key)) continue;
      if (this.#isFull) {
        this.#cut('');
        break;
      }
      this.#field(copy, value, key, depth);
    }
    for (const key of keys) if (key in value) this.#field(copy, value, key, depth);
    return copy;
  }

  #field(copy: object, value: object, key: string, depth: number): void {
    let field: unknown;
    try {
      field = this.copy((value as Record<string, unknown>)[key], depth);
    } catch {
      field = '[throws]';
    }
    // Not by an assignment, which would take `__proto__` for something else.
    const name = this.#text(key);
    Object.defineProperty(copy, name, { value: field, enumerable: true, configurable: true });
  }

  get #isFull(): boolean {
    return this.#values >= this.#limits.values || this.#chars >= this.#limits.chars;
  }

  #text(text: string): string {
    const left = Math.max(0, this.#limits.chars - this.#chars);
    this.#chars += text.length;
    return text.length <= left ? text : `${text.slice(0, left)}${this.#cut('…')}`;
  }

  #cut(instead: string): string {
    this.isCut = true;
    return instead;
  }
}

/** What a thing says that it is: states and events have Home Assistant's form. */
function wireForm(value: object): unknown {
  const { toJSON } = value as { readonly toJSON?: unknown };
  return typeof toJSON === 'function' ? (toJSON as () => unknown).call(value) : undefined;
}

function bytesIn(value: ArrayBufferView | ArrayBufferLike): string {
  const { length = value.byteLength } = value as { readonly length?: number };
  const kind = value.constructor?.name ?? 'bytes';
  const bytes = ArrayBuffer.isView(value)
    ? new Uint8Array(value.buffer, value.byteOffset, Math.min(16, value.byteLength))
    : new Uint8Array(value, 0, Math.min(16, value.byteLength));
  const start = Buffer.from(bytes).toString('hex');
  return `[${kind} of ${length}: ${start}${value.byteLength > 16 ? '…' : ''}]`;
}

function nameOf(value: unknown): string {
  const { name } = value as { readonly name?: unknown };
  return typeof name === 'string' && name !== '' ? name : 'without a name';
}
