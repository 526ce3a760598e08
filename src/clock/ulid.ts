/**
 * Ids that sort by the order in which they were made: ULIDs whose text is written only when
 * somebody reads it.
 *
 * A ULID has 48 bits of time and 80 others. Here the 80 are 30 bits of sequence, so that ids of
 * one millisecond keep their order, and 50 random bits that belong to this process, so that two
 * hubs never make the same one. What has to be kept per id is two numbers.
 */

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'; // Crockford's base 32
const SEQUENCE_MAX = 2 ** 30;

let clock = Date.now;
let lastTime = 0;
let lastSequence = 0;
let processPart: string | undefined;

/**
 * The time part for an id made at `at`: never before the one of the id made last, even when the
 * clock is set back. A clock that was exchanged for another (virtual time) starts anew.
 */
export function stampTime(at: number): number {
  if (Date.now !== clock) {
    clock = Date.now;
    lastTime = 0;
  }
  if (at > lastTime) {
    lastTime = at;
    lastSequence = 0;
  } else if (++lastSequence === SEQUENCE_MAX) {
    lastTime++;
    lastSequence = 0;
  }
  return lastTime;
}

/** The sequence part that goes with the last `stampTime`. */
export function stampSequence(): number {
  return lastSequence;
}

/** The 26 characters of an id. */
export function formatUlid(time: number, sequence: number): string {
  return base32(time, 10) + base32(sequence, 6) + (processPart ??= randomPart());
}

/** Made for the first id that is read: to load `node:crypto` takes as long as to read all of this. */
function randomPart(): string {
  const { randomBytes } = process.getBuiltinModule('node:crypto');
  return Array.from(randomBytes(10), (byte) => ALPHABET[byte & 31]).join('');
}

function base32(value: number, length: number): string {
  let text = '';
  for (let rest = value, i = 0; i < length; i++) {
    text = ALPHABET.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

/** A new id, for what is not an event: a config entry, a stored thing. */
export function ulid(): string {
  return formatUlid(stampTime(Date.now()), stampSequence());
}
