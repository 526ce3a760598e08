/**
 * Where the user's code called into this folder, as `path:line:column`; `undefined` when the
 * stack shows only RxJS, Node and rxhome's own timers.
 */
export function callSite(): string | undefined {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 40;
  const { stack = '' } = new Error();
  Error.stackTraceLimit = limit;
  for (const line of stack.split('\n').slice(1)) {
    if (OWN_PLACES.some((place) => line.includes(place))) continue;
    const place = /\(?((?:file:\/\/)?[^\s()]+:\d+:\d+)\)?$/.exec(line)?.[1];
    if (place !== undefined) return shorten(place);
  }
  return undefined;
}

/** The stack of the caller, without the frames of this folder. */
export function userStack(): string {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 40;
  const lines = (new Error().stack ?? '').split('\n').slice(1);
  Error.stackTraceLimit = limit;
  return lines.filter((line) => !line.includes(TESTING_FOLDER)).join('\n');
}

const TESTING_FOLDER = new URL('.', import.meta.url).pathname;
const CLOCK_FOLDER = new URL('../clock/', import.meta.url).pathname;
const OWN_PLACES = [TESTING_FOLDER, CLOCK_FOLDER, '/node_modules/', 'node:'];

function shorten(place: string): string {
  const path = place.replace(/^file:\/\//, '');
  const here = `${process.cwd()}/`;
  return path.startsWith(here) ? path.slice(here.length) : path;
}
