import { isForeign, type UserFrame, userFrame } from './user-frame.js';

/** The code that has made a call, with the stack from there to where rxhome has called it. */
export interface Caller extends UserFrame {
  readonly stack: string;
}

/**
 * Who has made a call, by the stack of it: code that rxhome has called. Not rxhome itself, and not
 * Node for a purpose of its own: to load a module, be it with the help of a package, or to write to
 * the console.
 */
export function callerIn(stack: string): Caller | undefined {
  const called: string[] = [];
  let isUsers = false;
  for (const line of stack.split('\n')) {
    if (!/^ +at /.test(line)) continue;
    const file = FILE.exec(line)?.[1] ?? '';
    if (file.startsWith('node:')) {
      if (called.length === 0 || (!isUsers && file.startsWith(LOADER))) return undefined;
    } else if (file !== '' && !isForeign(file)) break;
    else if (file !== '' && !file.includes('/node_modules/')) isUsers = true;
    called.push(line);
  }
  const text = called.join('\n');
  const frame = userFrame(text);
  return frame && { ...frame, stack: text };
}

const FILE = /((?:node:|file:|\/)[^()]*?):\d+:\d+\)?$/;
const LOADER = 'node:internal/modules/';
