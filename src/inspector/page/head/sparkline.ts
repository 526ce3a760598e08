/** So wide and high are the units of the paths. */
export const SPARK_WIDTH = 120;
export const SPARK_HEIGHT = 20;

export interface Spark {
  readonly line: string;
  readonly area: string;
}

/**
 * Values as a line and the area below it, the newest at the right edge. `slots` values fill the width;
 * fewer leave the left empty: what was not seen is not drawn. `full` is the least value of a full height.
 */
export function sparkOf(values: readonly number[], slots: number, full: number): Spark {
  const shown = values.slice(-slots).map((value) => (Number.isFinite(value) ? value : 0));
  if (shown.length < 2) return { line: '', area: '' };
  const top = Math.max(full, ...shown);
  const step = SPARK_WIDTH / (slots - 1);
  const start = SPARK_WIDTH - (shown.length - 1) * step;
  const points = shown.map((value, index) => {
    const y = SPARK_HEIGHT - 1 - (Math.max(0, value) / top) * (SPARK_HEIGHT - 2);
    return `${round(start + index * step)} ${round(y)}`;
  });
  const line = `M${points.join('L')}`;
  return { line, area: `${line}V${SPARK_HEIGHT}H${round(start)}Z` };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
