import {
  type CallOptions,
  Context,
  type Hub,
  isHubError,
  runUncaused,
  type ServiceTarget,
} from 'rxhome';
import { ButtonRegistry } from './buttons.js';
import { plainValue, WHOLE } from './plain-value.js';
import { HUMAN } from './presence.js';
import { Refused } from './refusal.js';
import type { Called } from './wire.js';

type Body = Readonly<Record<string, unknown>>;

/** Errors of a call for which the one who asked is to blame. */
const STATUS: Readonly<Record<string, number>> = {
  SERVICE_NOT_FOUND: 404,
  SERVICE_VALIDATION: 400,
  INVALID_OPTION: 400,
  INVALID_EVENT_TYPE: 400,
  SCOPE_CLOSED: 503,
  SHUTTING_DOWN: 503,
};

/** What a human may do from the page and the command line. Each act begins a chain of its own. */
export class Actions {
  readonly #hub: Hub;

  constructor(hub: Hub) {
    this.#hub = hub;
  }

  /** @throws Refused (as a rejection) with the code of what went wrong. */
  async call(body: Body): Promise<Called> {
    const { data, target, returnResponse = false } = body;
    const context = human();
    try {
      if (typeof returnResponse !== 'boolean')
        throw new Refused(400, 'INVALID_OPTION', 'Expected `returnResponse` to be true or false.');
      const domain = textIn(body, 'domain');
      const service = textIn(body, 'service');
      const given = data === undefined ? {} : objectIn(body, 'data');
      const aim = target === undefined ? {} : { target: objectIn(body, 'target') as ServiceTarget };
      const options: CallOptions = { ...aim, context, returnResponse };
      const { services } = this.#hub;
      const response = await runUncaused(() => services.call(domain, service, given, options));
      const { data: answer, isCut } = plainValue(response, WHOLE);
      return { response: answer, isCut, context };
    } catch (error) {
      throw refusalOf(error);
    }
  }

  fire(body: Body): { readonly context: unknown } {
    const context = human();
    const data = body['data'] === undefined ? {} : objectIn(body, 'data');
    try {
      runUncaused(() => this.#hub.bus.fire(textIn(body, 'type'), data, { context }));
    } catch (error) {
      throw refusalOf(error);
    }
    return { context };
  }

  press(body: Body): { readonly context: unknown } {
    const id = textIn(body, 'id');
    const button = ButtonRegistry.of(this.#hub).get(id);
    if (!button) throw new Refused(404, 'NO_BUTTON', 'There is no button of this id.');
    const context = human();
    const { label } = button;
    runUncaused(() => this.#hub.bus.fire('inspector_button', { button: id, label }, { context }));
    return { context };
  }
}

function human(): Context {
  return new Context({ userId: HUMAN });
}

function textIn(body: Body, name: string): string {
  const value = body[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new Refused(400, 'INVALID_OPTION', `Expected \`${name}\` to be text.`);
}

function objectIn(body: Body, name: string): Body {
  const value = body[name];
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Body;
  throw new Refused(400, 'INVALID_OPTION', `Expected \`${name}\` to be a JSON object.`);
}

function refusalOf(error: unknown): Refused {
  if (error instanceof Refused) return error;
  const code = isHubError(error) ? error.code : 'FAILED';
  const message = error instanceof Error ? error.message : String(plainValue(error).data);
  return new Refused(STATUS[code] ?? 500, code, message.slice(0, 2_000));
}
