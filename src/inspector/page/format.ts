/** Numbers and times as the page writes them. Pure. */

/** What stands where nothing is known: never a 0. */
export const NOT_AVAILABLE = 'not available on this machine';

const pad = (value: number): string => String(value).padStart(2, '0');

/** `21:17:47.578`, in the time zone of whoever looks. */
export function clockTime(at: number): string {
  const offset = new Date(at).getTimezoneOffset() * 60_000;
  return new Date(at - offset).toISOString().slice(11, 23);
}

/** A duration in three digits: `0.03 ms`, `85 ms`, `6.00 s`, `3 min 05 s`, `2 h 10 min`. */
export function duration(ms: number): string {
  if (!Number.isFinite(ms)) return '?';
  if (ms < 0) return `−${duration(-ms)}`;
  if (ms === 0) return '0 ms';
  if (ms < 0.995) return `${ms < 0.005 ? '<0.01' : ms.toFixed(2)} ms`;
  if (ms < 9.95) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${ms.toFixed(0)} ms`;
  if (ms < 59_995) return `${(ms / 1000).toFixed(ms < 9995 ? 2 : 1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${pad(seconds % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
}

/** `+1.5ms`, for a narrow column; `0` at the start. */
export function offset(ms: number): string {
  return Math.abs(ms) < 0.005
    ? '0'
    : `+${duration(ms).replace(/^(\S+) (ms|s)$/, '$1$2')}`.replace('+−', '−');
}

/** How long ago, coarse: `now`, `2 s`, `4 min`, `3 h`. */
export function ago(ms: number): string {
  if (ms < 1000) return 'now';
  if (ms < 59_500) return `${Math.round(ms / 1000)} s`;
  if (ms < 3_570_000) return `${Math.round(ms / 60_000)} min`;
  return `${Math.round(ms / 3_600_000)} h`;
}

/** 1,284 with a comma whatever the browser's language is: the page is in English. */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** A number of a tile: `0`, `4.5`, `63`, `2,004`. */
export function figure(value: number): string {
  if (value === 0) return '0';
  return value < 9.95 ? value.toFixed(1) : count(value);
}

/** `4.5/s`, and what is rare by the minute: `5/min`. */
export function rateWords(perSecond: number): string {
  return perSecond < 0.95 ? `${count(perSecond * 60)}/min` : `${figure(perSecond)}/s`;
}

/** `1 effect`, `5 effects`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** `5 s`, `2 min`: a span's name on its button. */
export function spanName(ms: number): string {
  return ms < 60_000 ? `${ms / 1000} s` : `${ms / 60_000} m`;
}
