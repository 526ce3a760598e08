import { z } from 'zod';

const error = 'expected a time zone like `Europe/Berlin`';

/** An IANA name such as `Europe/Berlin`. */
export const timeZone = z.string({ error }).refine(isTimeZone, { error });

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
