import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';
import type { ExecutorOptions } from '../executor/executor.js';
import type { Logger } from '../hub-api/logger.js';
import { DEFAULT_STAGE_TIMEOUTS, type StageTimeouts } from '../lifecycle/stages.js';
import { DEFAULT_GRACE_MS } from '../ownership/scope.js';

/** What may be given to `new Hub()`. Nothing is required. */
export interface HubOptions {
  /** @default the console, without debug messages */
  readonly logger?: Logger;
  /** Threads for blocking work: they are started when there is some. */
  readonly executor?: ExecutorOptions;
  /** Limits of the stages of starting and stopping, in milliseconds. */
  readonly stageTimeoutsMs?: Partial<StageTimeouts>;
  /** How long an owner that is unloaded may take to end. @default 10_000 */
  readonly unloadTimeoutMs?: number;
  /**
   * `auto`: causes are known over `await` too. `explicit`: only until the first `await`; promises
   * of the whole process are then a little faster. @default 'auto'
   */
  readonly causality?: 'auto' | 'explicit';
  /** How many events `hub.why()` remembers, without their data; 0: none. @default 10_000 */
  readonly causeLogSize?: number;
  /** Writes debug messages. @default false */
  readonly debug?: boolean;
  /** Calls of owners that were unloaded throw, instead of doing nothing. @default false */
  readonly strict?: boolean;
  /** Where files of the hub belong. @default the working directory */
  readonly configDir?: string;
}

/** The options with everything filled in. */
export interface HubSettings {
  readonly logger: Logger;
  readonly executor: ExecutorOptions;
  readonly stageTimeoutsMs: StageTimeouts;
  readonly unloadTimeoutMs: number;
  readonly causality: 'auto' | 'explicit';
  readonly causeLogSize: number;
  readonly strict: boolean;
  readonly configDir: string;
}

/** @throws InvalidOptionError naming the option and the value. */
export function readOptions(options: HubOptions): HubSettings {
  const stageTimeoutsMs = { ...DEFAULT_STAGE_TIMEOUTS, ...options.stageTimeoutsMs };
  for (const [stage, ms] of Object.entries(stageTimeoutsMs))
    checkMs(`stageTimeoutsMs.${stage}`, ms);
  const unloadTimeoutMs = options.unloadTimeoutMs ?? DEFAULT_GRACE_MS;
  checkMs('unloadTimeoutMs', unloadTimeoutMs);
  const causality = options.causality ?? 'auto';
  if (causality !== 'auto' && causality !== 'explicit')
    throw new InvalidOptionError(
      `Expected \`auto\` or \`explicit\` as option \`causality\`, got ${quote(causality)}.`,
    );
  const causeLogSize = options.causeLogSize ?? 10_000;
  if (!Number.isInteger(causeLogSize) || causeLogSize < 0)
    throw new InvalidOptionError(
      `Expected a whole number from 0 up as option \`causeLogSize\`, got ${quote(causeLogSize)}.`,
    );
  return {
    logger: options.logger ?? consoleLogger(options.debug ?? false),
    executor: options.executor ?? {},
    stageTimeoutsMs,
    unloadTimeoutMs,
    causality,
    causeLogSize,
    strict: options.strict ?? false,
    configDir: options.configDir ?? process.cwd(),
  };
}

function checkMs(name: string, value: unknown): void {
  if (typeof value !== 'number' || !(value >= 0))
    throw new InvalidOptionError(
      `Expected milliseconds from 0 up as option \`${name}\`, got ${quote(value)}.`,
    );
}

/** What is for people goes to the console; what belongs to it, only if it is an error. */
function consoleLogger(debug: boolean): Logger {
  return {
    debug: (message) => debug && console.debug(message),
    info: (message) => console.info(message),
    warn: (message) => console.warn(message),
    error: (message, fields) =>
      fields?.['error'] === undefined
        ? console.error(message)
        : console.error(message, fields['error']),
  };
}
