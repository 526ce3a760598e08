import type { Command } from 'commander';
import type { Called } from 'rxhome/inspector';
import { Ending, EXIT } from '../exit-codes.js';
import { type Data, readData } from '../given-data.js';
import { plain, plainLines } from '../plain-text.js';
import { ask, hubCommand, type HubCommandOptions, someText } from './hub-command.js';

interface CallOptions extends HubCommandOptions {
  readonly target?: readonly string[];
  readonly response?: boolean;
}

export function addCall(program: Command): void {
  hubCommand(program, 'call', 'calls a service, and waits until it is done')
    .argument('<service>', 'like light.turn_on')
    .argument('[data...]', 'brightness=100 name="Hall light", or a map: \'{"brightness": 100}\'')
    .option('--target <entity>', 'for which entity; may stand there several times', append)
    .option('--response', 'asks for an answer, and prints it')
    .action(call);
}

async function call(name: string, given: readonly string[], options: CallOptions): Promise<void> {
  const [, domain, service] = /^(\w+)\.(\w+)$/.exec(name) ?? [];
  if (domain === undefined || service === undefined)
    throw new Ending(`Expected a service like \`light.turn_on\`, got \`${name}\`.`, EXIT.unusable);
  const data = readData(given);
  const { target = [], response: returnResponse = false } = options;
  const { hub, to } = await ask(options);
  const entityId = target.length === 1 ? target[0] : target;
  const asked = {
    domain,
    service,
    data,
    ...(target.length > 0 && { target: { entityId } }),
    ...(returnResponse && { returnResponse }),
  };
  const answer = (await hub.post('/api/call', asked).catch((error: unknown) => {
    throw target.length === 0 ? withHint(error, data) : error;
  })) as Called;
  if (answer.isCut)
    to.note(to.err.yellow('! The answer is too large for the inspector: it is cut.'));
  if (options.json) to.json(answer);
  else if (returnResponse) to.print(plainLines(JSON.stringify(answer.response, null, 2)));
  else to.print(`${to.out.green('✓')} ${plain(name)}`);
}

/** Who has left out for which entity is told how to say it: here it is no data. */
function withHint(error: unknown, { entity_id: id = 'light.hall' }: Data): unknown {
  if (!(error instanceof Ending) || !error.message.includes('`entityId`')) return error;
  const hint = `Say for which entity with --target ${plain(id)}, and not as entity_id=${plain(id)}.`;
  return new Ending(`${error.message}\n${hint}`, error.exitCode);
}

function append(one: string, others: readonly string[] = []): readonly string[] {
  return [...others, someText(one)];
}
