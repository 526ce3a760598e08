import type { Command } from 'commander';
import { asyncScheduler } from 'rxjs';
import type { StateJson } from 'rxhome';
import { MOST_STATES } from 'rxhome/inspector';
import { table } from '../table.js';
import { timeWords } from '../time-words.js';
import { ask, hubCommand, type HubCommandOptions, someText } from './hub-command.js';

export function addStates(program: Command): void {
  hubCommand(program, 'states', 'lists what is now')
    .argument('[pattern]', "which entities: 'light.*'", someText)
    .action(states);
}

async function states(pattern: string | undefined, options: HubCommandOptions): Promise<void> {
  const { hub, to } = await ask(options);
  const query = pattern === undefined ? '' : `?pattern=${encodeURIComponent(pattern)}`;
  const answer = (await hub.get(`/api/states${query}`)) as readonly StateJson[];
  if (answer.length >= MOST_STATES)
    to.note(to.err.yellow('! There may be more than these: name a pattern, `light.*`.'));
  const found = [...answer].sort((a, b) => (a.entity_id < b.entity_id ? -1 : 1));
  if (options.json) for (const state of found) to.json(state);
  else if (found.length === 0)
    to.print(pattern === undefined ? 'There are no states.' : 'No entity fits.');
  else {
    const now = asyncScheduler.now();
    const rows = found.map((state) => [
      state.entity_id,
      valueOf(state),
      `${timeWords(now - timeOf(state.last_changed))} ago`,
    ]);
    const [head = '', ...lines] = table(['ENTITY', 'STATE', 'CHANGED'], rows);
    for (const line of [to.out.dim(head), ...lines]) to.print(line);
  }
}

function valueOf({ state, attributes }: StateJson): string {
  const { unit_of_measurement: unit } = attributes;
  return typeof unit === 'string' ? `${state} ${unit}` : state;
}

function timeOf(iso: string): number {
  // eslint-disable-next-line no-restricted-globals -- it reads a text, not a clock
  return Date.parse(iso);
}
