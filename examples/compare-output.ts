/** The lines of output that an example promises: the text of its `//=> ` comments, in order. */
export function promisedLines(source: string): string[] {
  return [...source.matchAll(/\/\/=>(?: (.*))?$/gm)].map(([, text]) => (text ?? '').trimEnd());
}

/**
 * Compares what an example printed with what it promises. A `…` in a promised line stands for
 * any text. Returns one line per difference; none when all is as promised.
 */
export function compareOutput(source: string, stdout: string): string[] {
  const promised = promisedLines(source);
  if (promised.length === 0) return ['promises no output: it needs a `//=> ` line'];
  const printed = printedLines(stdout);
  const differences: string[] = [];
  for (let i = 0; i < Math.max(promised.length, printed.length); i++) {
    const [expected, actual] = [promised[i], printed[i]];
    if (expected !== undefined && actual !== undefined && matches(expected, actual)) continue;
    differences.push(`line ${i + 1}: promised ${shown(expected)}, printed ${shown(actual)}`);
  }
  return differences;
}

function printedLines(stdout: string): string[] {
  const text = stdout.trimEnd();
  return text === '' ? [] : text.split('\n').map((line) => line.trimEnd());
}

function matches(expected: string, actual: string): boolean {
  const parts = expected.split('…').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(actual);
}

function shown(line: string | undefined): string {
  return line === undefined ? 'nothing' : `"${line}"`;
}
