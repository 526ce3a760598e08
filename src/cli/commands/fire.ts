import type { Command } from 'commander';
import { readData } from '../given-data.js';
import { plain } from '../plain-text.js';
import { ask, hubCommand, type HubCommandOptions, someText } from './hub-command.js';

export function addFire(program: Command): void {
  hubCommand(program, 'fire', 'fires an event')
    .argument('<type>', 'like doorbell_pressed', someText)
    .argument('[data...]', 'door=front times=2, or a map: \'{"door": "front"}\'')
    .action(fire);
}

async function fire(
  type: string,
  given: readonly string[],
  options: HubCommandOptions,
): Promise<void> {
  const data = readData(given);
  const { hub, to } = await ask(options);
  const answer = await hub.post('/api/fire', { type, data });
  if (options.json) to.json(answer);
  else to.print(`${to.out.green('✓')} ${plain(type)}`);
}
