import type { Command } from 'commander';
import type { HeldRow } from 'rxhome/inspector';
import { Ending, EXIT } from '../exit-codes.js';
import { table } from '../table.js';
import type { Terminal } from '../terminal.js';
import { ask, hubCommand, type HubCommandOptions } from './hub-command.js';

interface ListenersOptions extends HubCommandOptions {
  readonly leaked?: boolean;
}

export function addListeners(program: Command): void {
  hubCommand(program, 'listeners', 'lists who listens to what')
    .option('--leaked', 'only those that nobody will end; the exit code is 1 if there are some')
    .action(listeners);
}

async function listeners(options: ListenersOptions): Promise<void> {
  const { hub, to } = await ask(options);
  const rows = (await hub.get(`/api/held${options.leaked ? '?leaked' : ''}`)) as HeldRow[];
  if (options.json) for (const row of rows) to.json(row);
  else if (rows.length === 0) to.print(options.leaked ? 'Nothing leaks.' : 'Nobody listens.');
  else show(rows, to);
  if (options.leaked && rows.length > 0) throw new Ending('', EXIT.no);
}

function show(rows: readonly HeldRow[], { print, out }: Terminal): void {
  const cells = rows.map((row) => [
    row.owner,
    row.type,
    row.name,
    row.count,
    row.calls,
    row.madeBy ?? '',
    wordsOf(row),
  ]);
  const heads = ['OWNER', 'EVENTS', 'LISTENER', 'COUNT', 'CALLS', 'MADE BY', ''];
  const [head = '', ...lines] = table(heads, cells);
  print(out.dim(head));
  for (const [i, line] of lines.entries()) print(rows[i]?.leaked ? out.yellow(line) : line);
}

function wordsOf({ leaked, closed, growing }: HeldRow): string {
  const words = [leaked && 'leaked', closed && 'owner gone', growing && 'growing'];
  return words.filter(Boolean).join(', ');
}
