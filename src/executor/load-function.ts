import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { quote } from '../errors/quote.js';
import { WorkerModuleError } from '../errors/work-errors.js';

/** An exported function. */
export type WorkerCode = (...args: unknown[]) => unknown;
type Exports = Readonly<Record<string, unknown>>;

/** Where a file of compiled code has its source, when there is no compiled one. */
const SOURCES: Readonly<Record<string, string>> = { '.js': '.ts', '.mjs': '.mts', '.cjs': '.cts' };

/** The file that a module stands for: a `.js` that does not exist is the `.ts` beside it. */
export function moduleFile(module: string): string {
  const extension = /\.[cm]?js$/.exec(module)?.[0];
  if (extension === undefined || !module.startsWith('file:')) return module;
  const source = module.slice(0, -extension.length) + (SOURCES[extension] ?? extension);
  return !existsSync(fileURLToPath(module)) && existsSync(fileURLToPath(source)) ? source : module;
}

/**
 * The function `name` of `module`, which is loaded if it is not yet.
 *
 * @throws WorkerModuleError when it cannot be loaded or has no such function.
 */
export function loadFunction(module: string, name: string): WorkerCode | PromiseLike<WorkerCode> {
  return loaded.get(module)?.get(name) ?? load(module, name);
}

// Even of a module that is there, an `import` costs more than the whole rest of a call.
const loaded = new Map<string, Map<string, WorkerCode>>();

async function load(module: string, name: string): Promise<WorkerCode> {
  const file = moduleFile(module);
  let exported: Exports;
  try {
    if (/\.[cm]?ts$/.test(file)) await understandTypeScript(file);
    exported = (await import(file)) as Exports;
  } catch (error) {
    if (error instanceof WorkerModuleError) throw error;
    throw new WorkerModuleError(
      `Could not load the worker module ${quote(module)} for \`${name}\`: ${(error as Error | null)?.message ?? String(error)}`,
      { cause: error },
    );
  }
  const found = findFunction(exported, name);
  if (!found) {
    const names = Object.keys(exported).filter((key) => typeof exported[key] === 'function');
    throw new WorkerModuleError(
      `The worker module ${quote(module)} exports no function ${quote(name)}. It exports ${names.map(quote).join(', ') || 'none'}.`,
    );
  }
  const functions = loaded.get(module) ?? new Map<string, WorkerCode>();
  loaded.set(module, functions.set(name, found));
  return found;
}

function findFunction(exported: Exports, name: string): WorkerCode | undefined {
  const named = exported[name];
  if (typeof named === 'function') return named as WorkerCode;
  // Not every name that CommonJS exports can be told before it runs; all are on its default.
  const all = exported['default'] as Exports | null | undefined;
  if ((typeof all !== 'object' && typeof all !== 'function') || all === null) return undefined;
  const found = name in Object.prototype ? undefined : all[name];
  return typeof found === 'function' ? (found as WorkerCode).bind(all) : undefined;
}

let isTypeScriptUnderstood = import.meta.url.endsWith('.ts');

/** Registers tsx in this thread, because threads do not inherit it from the main one. */
async function understandTypeScript(file: string): Promise<void> {
  if (isTypeScriptUnderstood) return;
  const tsx = findTsx(file);
  if (tsx !== undefined) {
    const { register } = (await import(tsx)) as { register: () => unknown };
    register();
  } else if (!(process.features as { typescript?: unknown }).typescript)
    throw new WorkerModuleError(
      `The worker module ${quote(file)} is TypeScript, which this thread cannot load: install \`tsx\`, or build the module to JavaScript.`,
    );
  isTypeScriptUnderstood = true;
}

function findTsx(file: string): string | undefined {
  for (const from of [file, import.meta.url]) {
    try {
      return tsxApi(from);
    } catch {
      // not installed there
    }
  }
  return undefined;
}

/** The URL of what registers tsx, as the module `from` would find it. */
export function tsxApi(from: string): string {
  const path = createRequire(from).resolve('tsx/esm/api');
  // `require` finds the CommonJS form, whose `register` cannot find its own files (tsx 4.23).
  return pathToFileURL(path.replace(/\.cjs$/, '.mjs')).href;
}
