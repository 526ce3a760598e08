import { inspect } from 'node:util';

const MAX_LENGTH = 80;

/** A value as it is shown in a message: `` `kitchen` ``, one line, at most 80 characters of it. */
export function quote(value: unknown): string {
  const text =
    typeof value === 'string' ? value : inspect(value, { depth: 1, breakLength: Infinity });
  const line = text.replace(/[\r\n\t]/g, (char) => JSON.stringify(char).slice(1, -1));
  return `\`${line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)}… (${text.length} characters)` : line}\``;
}
