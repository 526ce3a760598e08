import { type Command, Option } from 'commander';
import { asyncScheduler, interval } from 'rxjs';
import type { Row } from 'rxhome/inspector';
import { follow } from '../follow.js';
import { globOf } from '../glob.js';
import type { FeedMessage } from '../hub-client.js';
import { ReceivedRows } from '../received-rows.js';
import { chainLines, chainObjects, rowLines, rowObjects, type RowView } from '../row-views.js';
import { ask, hubCommand, type HubCommandOptions, someText } from './hub-command.js';

interface TailOptions extends HubCommandOptions {
  readonly chain?: boolean;
  readonly rows?: boolean;
  readonly once?: boolean;
}

const TICK_MS = 100;

export function addTail(program: Command): void {
  hubCommand(program, 'tail', 'shows what happens, until Ctrl+C')
    .argument(
      '[pattern]',
      "which types, owners, entities, kinds: 'light.*', folder_watcher, blocked",
      someText,
    )
    .option('--chain', 'a line for each chain of causes; so it is without --json')
    .addOption(
      new Option('--rows', 'a line for each thing; so it is with --json').conflicts('chain'),
    )
    .option('--once', 'ends with the hub, instead of waiting until it is there again')
    .action(tail);
}

async function tail(pattern: string | undefined, options: TailOptions): Promise<void> {
  const { hub, to } = await ask(options);
  const ended = new AbortController();
  // To the very end, and however often it comes: a terminal and npm may both send it.
  const end = (): void => ended.abort();
  process.on('SIGINT', end).on('SIGTERM', end);

  const received = new ReceivedRows();
  const isWanted = rowMatcher(pattern);
  const view = viewOf(options)(to, { isWanted, nameOf: (id) => received.nameOf(id) });
  const ticks = interval(TICK_MS).subscribe(() => view.tick(asyncScheduler.now()));
  const note = (line: string): void => to.note(to.err.dim(line));
  try {
    const once = options.once ?? false;
    for await (const message of follow(hub, { signal: ended.signal, once, note }))
      take(message, received, view);
  } finally {
    ticks.unsubscribe();
    view.end(asyncScheduler.now());
  }
}

/** Which rows a pattern means. */
export function rowMatcher(pattern: string | undefined): (row: Row) => boolean {
  const fits = globOf(pattern);
  return ({ kind, name, owner, entity }) =>
    fits(name) || fits(owner) || fits(kind) || (entity !== null && fits(entity));
}

function viewOf({ json, chain, rows }: TailOptions): typeof chainLines {
  if (json) return chain ? chainObjects : rowObjects;
  return rows ? rowLines : chainLines;
}

function take(message: FeedMessage, received: ReceivedRows, view: RowView): void {
  const now = asyncScheduler.now();
  switch (message.event) {
    case 'hello':
      if (received.hello(message.data)) view.end(now);
      break;
    case 'rows':
      for (const row of received.rows(message.data)) view.add(row, now);
      break;
    case 'entities':
      received.entities(message.data);
      break;
    case 'gap':
      if (message.data.to >= received.since) view.gap(message.data);
      break;
    default: // how the hub fares is for the page
  }
}
