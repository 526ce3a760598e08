import type { Activity, BusEvent, Context, Diagnostic, HubErrorReport } from 'rxhome';
import { oneLine } from './value-words.js';
import type { Subject } from './row-of.js';
import type { Payload } from './wire.js';

/** What is told of a row on demand, before its data is made plain. */
export interface About extends Pick<Payload, 'context' | 'stack' | 'where'> {
  readonly data: unknown;
}

export function aboutOf(subject: Subject): About {
  if ('activity' in subject) return ofActivity(subject.activity);
  return 'report' in subject ? ofReport(subject.report) : ofDiagnostic(subject.diagnostic);
}

function ofActivity({ kind, context, detail }: Activity): About {
  const about = { context: contextOf(context), stack: null, where: null };
  const event = detail['event'] as BusEvent | undefined;
  if (kind === 'listener') return { ...about, data: { call: detail['call'], event: event?.type } };
  if (event !== undefined) return { ...about, data: event.data };
  const { task, ...rest } = detail as { readonly task?: object };
  const { kind: taskKind } = (task ?? {}) as { readonly kind?: string };
  return { ...about, data: taskKind === undefined ? rest : { kind: taskKind } };
}

function ofReport({ error, source, owner, name, context }: HubErrorReport): About {
  return {
    data: { source, owner, name, error },
    context: contextOf(context as Context | null | undefined),
    stack: stackOf(error),
    where: null,
  };
}

function ofDiagnostic({ detail, stack, where, message, durationMs }: Diagnostic): About {
  return { data: { message, durationMs, ...detail }, context: null, stack, where };
}

function contextOf(context: Context | null | undefined): Payload['context'] {
  if (typeof context?.id !== 'string') return null;
  const { id, parentId, userId } = context;
  return { id, parentId: parentId ?? null, userId: userId ?? null };
}

/** Anything can be thrown, also what throws when it is read. */
function stackOf(error: unknown): string | null {
  try {
    const { stack } = error as { readonly stack?: unknown };
    return typeof stack === 'string'
      ? stack
          .slice(0, 8_192)
          .split('\n')
          .map((line) => oneLine(line, 400))
          .join('\n')
      : null;
  } catch {
    return null;
  }
}
