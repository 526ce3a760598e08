const FORMAT = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

/** `14:03:07`, as the clock on the wall shows it. */
export function timeOfDay(at: number): string {
  return FORMAT.format(at);
}

const DAY = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long' });

/** `14:03:07`, and on another day than now `14:03:07 on 20 November 2026`. */
export function timeAndDay(at: number, now: number): string {
  const day = DAY.format(at);
  return day === DAY.format(now) ? timeOfDay(at) : `${timeOfDay(at)} on ${day}`;
}

/** `14:03:07.042` */
export function timeWithMs(at: number): string {
  const ms = Math.floor(((at % 1_000) + 1_000) % 1_000);
  return `${timeOfDay(at)}.${String(ms).padStart(3, '0')}`;
}
