import { readFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { InvalidConfigError } from 'rxhome';
import {
  type Document,
  isAlias,
  isMap,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml';

type Path = readonly PropertyKey[];

/** A YAML file as plain data, and where in the file each part of it stands. */
export class ConfigFile {
  /** How the file is named in messages: short if it is below the working directory. */
  readonly name: string;
  readonly dir: string;
  readonly data: unknown;
  readonly #document: Document;
  readonly #lines: LineCounter;

  /**
   * @throws InvalidConfigError (as a rejection) when the file cannot be read or is no YAML; the
   * message names file, line and column.
   */
  static async read(path: string): Promise<ConfigFile> {
    const name = shown(path);
    try {
      return new ConfigFile(resolve(path), name, await readFile(path, 'utf8'));
    } catch (cause) {
      if (cause instanceof InvalidConfigError) throw cause;
      const { code, message } = cause as NodeJS.ErrnoException;
      const reason = code === 'ENOENT' ? 'the file does not exist' : `cannot be read: ${message}`;
      throw new InvalidConfigError(`${name}: ${reason}.`, { cause });
    }
  }

  constructor(path: string, name: string, text: string) {
    this.name = name;
    this.dir = dirname(path);
    this.#lines = new LineCounter();
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false });
    const [error] = this.#document.errors;
    if (error) {
      // The parser may point at the end of the line above.
      const space = /^\s+(?=\S)/.exec(text.slice(error.pos[0]))?.[0].length ?? 0;
      throw this.#wrong(error.pos[0] + space, error.message, error);
    }
    try {
      this.data = this.#document.toJS();
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw this.#wrong(this.#lostAlias(), reason, cause);
    }
  }

  /** An error that begins with `file:line:column` of what stands at `path`, or nearest to it. */
  problem(path: Path, message: string): InvalidConfigError {
    return this.#wrong(this.#offset(path, false), message);
  }

  /** The same, for the key at the end of `path`, not for its value. */
  keyProblem(path: Path, message: string): InvalidConfigError {
    return this.#wrong(this.#offset(path, true), message);
  }

  #wrong(offset: number, message: string, cause?: unknown): InvalidConfigError {
    const { line, col } = this.#lines.linePos(offset);
    // An empty file has no line yet.
    const place = `${this.name}:${Math.max(1, line)}:${Math.max(1, col)}`;
    return new InvalidConfigError(`${place}: ${message}`, cause === undefined ? {} : { cause });
  }

  /** Where `*name` stands for which there is no `&name`. */
  #lostAlias(): number {
    let offset = 0;
    visit(this.#document, {
      Alias: (_key, node) => {
        if (node.resolve(this.#document)) return undefined;
        offset = node.range?.[0] ?? 0;
        return visit.BREAK;
      },
    });
    return offset;
  }

  #offset(path: Path, ofKey: boolean): number {
    let node = this.#document.contents;
    let offset = node?.range?.[0] ?? 0;
    for (const [i, part] of path.entries()) {
      if (isAlias(node)) node = node.resolve(this.#document) ?? null;
      let key: Node | null = null;
      if (isMap<Node, Node | null>(node)) {
        const pair = node.items.find((item) => String(item.key) === String(part));
        if (!pair) break;
        key = pair.key;
        node = pair.value;
      } else if (isSeq<Node>(node)) node = node.items[Number(part)] ?? null;
      else break;
      const isLast = i === path.length - 1;
      const place: Node | null = key && ((isLast && ofKey) || isEmpty(node)) ? key : node;
      offset = place?.range?.[0] ?? offset;
    }
    return offset;
  }
}

// `folder:` with nothing behind it: the place to look at is the key.
function isEmpty(node: Node | null): boolean {
  return !node?.range || node.range[0] === node.range[1];
}

function shown(path: string): string {
  const below = relative(process.cwd(), path);
  return below === '' || below.startsWith('..') ? resolve(path) : below;
}
