import {
  type MarbleValues,
  type SubscriptionSpan,
  type TimedNotification,
} from './marble-syntax.js';
import { sameValue } from './same-value.js';
import { drawRows, Legend, marksOf, marksOfSpan, show, type Mark } from './to-diagram.js';

/** What a stream was expected to do, and what the diagram's letters mean. */
export interface ExpectedStream {
  readonly messages: readonly TimedNotification[];
  readonly values?: MarbleValues | undefined;
}

/** How a stream differs from what was expected, drawn; `undefined` when it does not. */
export function streamMismatch(
  actual: readonly TimedNotification[],
  { messages, values }: ExpectedStream,
): string | undefined {
  const index = firstDifference(actual, messages, sameNotification);
  if (index === undefined) return undefined;
  const legend = new Legend(values);
  const wanted = marksOf(messages, legend);
  const got = marksOf(actual, legend);
  const said = (list: readonly TimedNotification[], marks: readonly Mark[]): string =>
    list[index] ? sentence(list[index], marks[index]?.symbol ?? '') : 'nothing more';
  return [
    ...drawBoth(wanted, got, index),
    '',
    `  expected ${said(messages, wanted)}`,
    `  but got  ${said(actual, got)}`,
    ...legend.explain([...wanted, ...got]).map((line) => `  where ${line}`),
  ].join('\n');
}

/** How the subscriptions of a stream differ from what was expected, drawn. */
export function subscriptionMismatch(
  actual: readonly SubscriptionSpan[],
  expected: readonly SubscriptionSpan[],
): string | undefined {
  const index = firstDifference(actual, expected, sameValue);
  if (index === undefined) return undefined;
  const wanted = expected[index];
  const got = actual[index];
  const number = `subscription ${index + 1} of ${Math.max(actual.length, expected.length)}`;
  if (!wanted) return `  ${number} was not expected: ${draw(got)}`;
  if (!got) return `  ${number} did not come: ${draw(wanted)}`;
  const marks = [marksOfSpan(wanted), marksOfSpan(got)] as const;
  const at = firstDifference(marks[1], marks[0], sameValue) ?? 0;
  return [`  ${number}`, ...drawBoth(...marks, at)].join('\n');
}

/** The index of the first two that are not the same, or of which one is missing. */
export function firstDifference<T, E = T>(
  actual: readonly T[],
  expected: readonly E[],
  same: (a: T, b: E) => boolean,
): number | undefined {
  for (let i = 0; i < Math.max(actual.length, expected.length); i++) {
    const [a, e] = [actual[i], expected[i]];
    if (a === undefined || e === undefined || !same(a, e)) return i;
  }
  return undefined;
}

function sameNotification(actual: TimedNotification, expected: TimedNotification): boolean {
  const { kind, ...content } = actual.notification;
  const { kind: expectedKind, ...expectedContent } = expected.notification;
  return (
    actual.frame === expected.frame && kind === expectedKind && sameValue(content, expectedContent)
  );
}

/** The two rows, and under them an arrow where the first difference is. */
export function drawBoth(wanted: readonly Mark[], got: readonly Mark[], index: number): string[] {
  const { rows, columns } = drawRows([wanted, got]);
  const frames = [wanted[index]?.frame, got[index]?.frame].filter((frame) => frame !== undefined);
  const frame = Math.min(...frames);
  return [
    `  expected  ${rows[0] || '(nothing)'}`,
    `  actual    ${rows[1] || '(nothing)'}`,
    `            ${' '.repeat(columns.get(frame) ?? 0)}^ at ${frame} ms`,
  ];
}

function draw(span: SubscriptionSpan | undefined): string {
  return (drawRows([span ? marksOfSpan(span) : []]).rows[0] ?? '').trim();
}

function sentence({ frame, notification }: TimedNotification, symbol: string): string {
  if (notification.kind === 'C') return `the end (|) at ${frame} ms`;
  if (notification.kind === 'E') return `the error (#) ${show(notification.error)} at ${frame} ms`;
  const value = show(notification.value);
  const shown = value === `'${symbol}'` || value === symbol ? value : `${symbol} = ${value}`;
  return `${shown} at ${frame} ms`;
}
