import { marblesOf } from './marbles.js';
import type { Payloads } from './payloads.js';
import { Refused } from './refusal.js';
import type { Row } from './wire.js';

const MOST_ROWS = 500;

/**
 * `POST /api/marbles`: a chain as the page has it, as the text of a test. What the rows were about is
 * known only here.
 *
 * @throws Refused
 */
export function chainText(
  { rows, more = 0 }: Readonly<Record<string, unknown>>,
  payloads: Payloads,
): { readonly text: string } {
  const isChain = Array.isArray(rows) && rows.length <= MOST_ROWS && rows.every(isRow);
  const [root, ...effects] = isChain ? (rows as readonly Row[]) : [];
  if (root === undefined || !Number.isSafeInteger(more))
    throw new Refused(
      400,
      'INVALID_CHAIN',
      `Expected \`rows\`, the first cause and up to ${MOST_ROWS - 1} more, and in \`more\` how many are left out.`,
    );
  const dataOf = (id: number): unknown => {
    const payload = payloads.of(id);
    // What is kept of a large one is no data to go on with.
    return payload?.note === null && !payload.isCut ? payload.data : undefined;
  };
  return { text: marblesOf(root, effects, more as number, dataOf) };
}

function isRow(value: unknown): value is Row {
  if (typeof value !== 'object' || value === null) return false;
  const { id, at, kind, name, text, short, entity, number } = value as Record<string, unknown>;
  return (
    Number.isFinite(id) &&
    Number.isFinite(at) &&
    [kind, name, text, short].every((word) => typeof word === 'string') &&
    (entity === null || typeof entity === 'string') &&
    (number === null || Number.isFinite(number))
  );
}
