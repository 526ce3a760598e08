import { jest } from '@jest/globals';
import { runCommand } from '../../src/cli/program.js';

/** What a command wrote, and what its process would have ended with. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/**
 * A command that ends by itself, in the process of the spec: what it says is the same, and it is
 * there a second earlier.
 */
export async function run(...words: string[]): Promise<Ran> {
  let out = '';
  let err = '';
  const spies = [
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
      out += String(text);
      return true;
    }),
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
      err += String(text);
      return true;
    }),
  ];
  try {
    const code = await runCommand(words);
    return { code, out, err };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
