import type { Command } from 'commander';
import { asyncScheduler } from 'rxjs';
import type { Why } from 'rxhome';
import { Ending, EXIT } from '../exit-codes.js';
import { plain } from '../plain-text.js';
import { whyWords } from '../why-words.js';
import { ask, hubCommand, type HubCommandOptions, someText } from './hub-command.js';

export function addWhy(program: Command): void {
  hubCommand(program, 'why', 'tells in a sentence what led to the state of an entity')
    .argument('<subject>', 'an entity like light.hall, or the id of a context', someText)
    .action(why);
}

async function why(subject: string, options: HubCommandOptions): Promise<void> {
  const { hub, to } = await ask(options);
  const answer = (await hub.get(`/api/why/${encodeURIComponent(subject)}`)) as Why;
  if (answer.steps.length === 0) throw new Ending(plain(answer.sentence), EXIT.no);
  if (options.json) to.json(answer);
  else to.print(plain(whyWords(answer, asyncScheduler.now())));
}
