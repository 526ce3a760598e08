import type { Command } from 'commander';
import type { TaskRow } from 'rxhome/inspector';
import { table } from '../table.js';
import { timeWords } from '../time-words.js';
import { ask, hubCommand, type HubCommandOptions } from './hub-command.js';

export function addTasks(program: Command): void {
  hubCommand(program, 'tasks', 'lists what runs, the oldest first').action(tasks);
}

async function tasks(options: HubCommandOptions): Promise<void> {
  const { hub, to } = await ask(options);
  const all = (await hub.get('/api/tasks')) as readonly TaskRow[];
  if (options.json) for (const task of all) to.json(task);
  else if (all.length === 0) to.print('Nothing runs.');
  else {
    const rows = all.map(({ owner, name, kind, status, ageMs }) => [
      owner,
      name,
      kind,
      status,
      timeWords(ageMs),
    ]);
    const [head = '', ...lines] = table(['OWNER', 'TASK', 'KIND', 'STATUS', 'FOR'], rows);
    for (const line of [to.out.dim(head), ...lines]) to.print(line);
  }
}
