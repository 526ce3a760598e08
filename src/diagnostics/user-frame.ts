import { fileURLToPath } from 'node:url';

/** A place in somebody's code. */
export interface UserFrame {
  /** The function; `null` for one without a name. */
  readonly name: string | null;
  /** `file:line`; the file from the working directory on, if it is below it. */
  readonly where: string;
}

/**
 * The topmost frame of a stack that is the user's: no frame of Node, of rxhome or of rxjs, and one
 * of an installed package only if there is no other, because somebody has called it.
 *
 * Below the frame in which rxhome calls a listener or a task stands who led to it, and not who
 * runs. Nothing there counts: what was called has returned already.
 */
export function userFrame(stack: string): UserFrame | undefined {
  const lines = stack.split('\n');
  const call = lines.findIndex((line) => CALLS.test(line));
  const running = call < 0 ? lines : lines.slice(0, call);
  const foreign = running.flatMap((line) => read(line) ?? []);
  const found =
    foreign.find(({ path }) => !path.includes('/node_modules/')) ??
    foreign.find(({ path }) => !path.includes('/node_modules/rxjs/'));
  return found && { name: found.name, where: `${shorten(found.path)}:${found.line}` };
}

/** Whether code of that file, a path or a URL, is somebody else's than Node's and rxhome's. */
export function isForeign(file: string): boolean {
  if (file === '' || file.startsWith('node:')) return false;
  const path = pathOf(file);
  return ADAPTERS.test(path) || !OWN_FOLDERS.some((folder) => path.startsWith(folder));
}

interface Frame {
  readonly name: string | null;
  readonly path: string;
  readonly line: number;
}

const FRAME = /^ *at (?:(.+) \()?((?:file:\/\/)?\/?[^\s()<>][^()<>]*):(\d+):\d+\)?$/;

function read(text: string): Frame | undefined {
  const [, called, place = '', line] = FRAME.exec(text) ?? [];
  const file = place.replace(/^async /, '');
  if (line === undefined || !isForeign(file)) return undefined;
  return {
    name: called === undefined ? null : nameOf(called),
    path: pathOf(file),
    line: Number(line),
  };
}

/** `burn` of `async Timeout.burn [as _onTimeout]`. What V8 makes up for a nameless one is no name. */
function nameOf(called: string): string | null {
  const name = called
    .replace(/^(async|new) /, '')
    .replace(/ \[as [^\]]*\]$/, '')
    .replace(/^(Object|Timeout|Immediate|process)\./, '');
  return name === '_onTimeout' || name === '_onImmediate' || name.includes('<anonymous>')
    ? null
    : name;
}

function pathOf(place: string): string {
  if (!place.startsWith('file://')) return place;
  try {
    return fileURLToPath(place);
  } catch {
    return place;
  }
}

function shorten(path: string): string {
  const here = `${process.cwd()}/`;
  return path.startsWith(here) ? path.slice(here.length) : path;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const OWN_FOLDERS = [`${ROOT}src/`, `${ROOT}dist/`]; // built, source maps lead to the other one
// Built, they are in one file with much else, and known by their classes.
const CALLS =
  /[/]src[/](events[/]delivery|jobs[/]task|jobs[/]task-runner)[.]ts:|(Delivery|Task|TaskRunner)\d*[.].+[/]dist[/]bundle[/]/;
const ADAPTERS = /\/(src|dist)\/(integrations|inspector|cli)\//;
