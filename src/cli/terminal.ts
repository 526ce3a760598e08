import { type Colors, colors, wantsColor } from './colors.js';
import { EXIT } from './exit-codes.js';
import { jsonLine } from './plain-text.js';

/** Where a command writes: what was asked for, and what is said besides. */
export interface Terminal {
  /** Colours of `print` and of `note`: each of the two may go into a file. */
  readonly out: Colors;
  readonly err: Colors;
  /** A line of the answer. */
  readonly print: (line: string) => void;
  /** An object of the answer, as a line. */
  readonly json: (value: unknown) => void;
  /** A line that is no part of the answer: a script that reads the answer does not get it. */
  readonly note: (line: string) => void;
}

/** @param color - commander's name for `--no-color`: it is `false` then */
export function terminal(color: boolean | undefined): Terminal {
  watchReaders();
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  return {
    out: colors(wantsColor(process.stdout, color === false)),
    err: colors(wantsColor(process.stderr, color === false)),
    print,
    json: (value) => print(jsonLine(value)),
    note: (line) => void process.stderr.write(`${line}\n`),
  };
}

let nobodyReads = (): void => process.exit();
let answerIsLost = (): void => process.exit(EXIT.no);
let isWatched = false;
let isLost = false;

/**
 * What to do when nobody reads any more (`| head`); by default the process ends, and well. What cannot
 * be written for another reason, such as a full disk, is then no reason to end, as it is by default.
 */
export function whenNobodyReads(ended: () => void): void {
  nobodyReads = ended;
  answerIsLost = () => undefined;
}

function watchReaders(): void {
  if (isWatched) return;
  isWatched = true;
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', ({ code, message }: NodeJS.ErrnoException) => {
      if (code === 'EPIPE') nobodyReads();
      else if (stream === process.stdout) lose(message);
    });
}

/** Says once that what was asked for does not get where it should. */
function lose(reason: string): void {
  if (isLost) return;
  isLost = true;
  process.stderr.write(`It cannot be written: ${reason}\n`);
  answerIsLost();
}
