type Part = 'year' | 'month' | 'day' | 'weekday' | 'hour' | 'minute' | 'second';

/** What a clock and a calendar on the wall show, in digits; the weekday as `mon`. */
export type ClockParts = Readonly<Record<Part, string>>;

/** The date and the time of day in a time zone; in that of the process when none is given. */
export function clockParts(at: number, timeZone: string | undefined): ClockParts {
  const format = new Intl.DateTimeFormat('en-GB', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZone,
  });
  const parts = format.formatToParts(at).map(({ type, value }) => [type, value.toLowerCase()]);
  return Object.fromEntries(parts) as ClockParts;
}
