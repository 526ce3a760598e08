const FORMAT = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

/** `14:03:07`, as the clock on the wall shows it. */
export function timeOfDay(at: number): string {
  return FORMAT.format(at);
}

/** `14:03:07.042` */
export function timeWithMs(at: number): string {
  const ms = Math.floor(((at % 1_000) + 1_000) % 1_000);
  return `${timeOfDay(at)}.${String(ms).padStart(3, '0')}`;
}
