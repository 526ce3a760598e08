import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';
import type { ExecutorOptions } from '../executor/executor.js';
import type { Logger } from '../hub-api/logger.js';
import { DEFAULT_STAGE_TIMEOUTS, type StageTimeouts } from '../lifecycle/stages.js';
import { DEFAULT_GRACE_MS } from '../ownership/grace-time.js';

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
  /** How long the set-up of a config entry may take before it has failed. @default 300_000 */
  readonly setupTimeoutMs?: number;
  /**
   * `auto`: causes are known over `await` too. `explicit`: only until the first `await`; promises
   * of the whole process are then a little faster. @default 'auto'
   */
  readonly causality?: 'auto' | 'explicit';
  /** How many events `hub.why()` remembers, without their data; 0: none. @default 10_000 */
  readonly causeLogSize?: number;
  /**
   * Tells when the event loop stood still for longer than `thresholdMs` (20 or more), and who was
   * running; from the start of the hub until it has stopped. `false`: not at all, and without the
   * thread that it takes. @default { thresholdMs: 100 }
   */
  readonly watchdog?: boolean | { readonly thresholdMs?: number };
  /**
   * Writes debug messages, names the code that calls something that blocks the loop, such as
   * `fs.readFileSync`, and the listeners that keep the loop for over 50 ms. Costs some time for
   * each call of a listener. @default false
   */
  readonly debug?: boolean;
  /**
   * Calls of owners that were unloaded throw, instead of doing nothing; with `debug`, calls that
   * block the loop throw, instead of being made. @default false
   */
  readonly strict?: boolean;
  /**
   * Where files of the hub belong. One that is given one keeps its config entries there, too.
   * @default the working directory
   */
  readonly configDir?: string;
}

/** The options with everything filled in. */
export interface HubSettings {
  readonly logger: Logger;
  readonly executor: ExecutorOptions;
  readonly stageTimeoutsMs: StageTimeouts;
  readonly unloadTimeoutMs: number;
  readonly setupTimeoutMs: number;
  readonly causality: 'auto' | 'explicit';
  readonly causeLogSize: number;
  /** `null`: nobody watches the loop. */
  readonly watchdogMs: number | null;
  readonly debug: boolean;
  readonly strict: boolean;
  readonly configDir: string;
  /** Whether config entries are kept there: a script with `new Hub()` leaves no traces. */
  readonly storesEntries: boolean;
}

/** @throws InvalidOptionError naming the option and the value. */
export function readOptions(options: HubOptions): HubSettings {
  const stageTimeoutsMs = { ...DEFAULT_STAGE_TIMEOUTS, ...options.stageTimeoutsMs };
  for (const [stage, ms] of Object.entries(stageTimeoutsMs))
    checkMs(`stageTimeoutsMs.${stage}`, ms);
  const unloadTimeoutMs = options.unloadTimeoutMs ?? DEFAULT_GRACE_MS;
  checkMs('unloadTimeoutMs', unloadTimeoutMs);
  const setupTimeoutMs = options.setupTimeoutMs ?? 300_000; // Home Assistant's figure
  checkMs('setupTimeoutMs', setupTimeoutMs);
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
  const workingDir = process.cwd();
  return {
    logger: options.logger ?? consoleLogger(options.debug ?? false),
    executor: options.executor ?? {},
    stageTimeoutsMs,
    unloadTimeoutMs,
    setupTimeoutMs,
    causality,
    causeLogSize,
    watchdogMs: watchdogMsOf(options.watchdog ?? true),
    debug: options.debug ?? false,
    strict: options.strict ?? false,
    storesEntries: hasConfigDir(options),
    // Asked for only when somebody does: a test hub makes its folder then.
    get configDir() {
      return options.configDir ?? workingDir;
    },
  };
}

// The folder of a test hub, which is made when somebody asks for it, was not given to it.
function hasConfigDir(options: HubOptions): boolean {
  return typeof Object.getOwnPropertyDescriptor(options, 'configDir')?.value === 'string';
}

function watchdogMsOf(watchdog: unknown): number | null {
  if (watchdog === false) return null;
  if (watchdog !== true && (typeof watchdog !== 'object' || watchdog === null))
    throw new InvalidOptionError(
      `Expected \`true\`, \`false\` or \`{ thresholdMs }\` as option \`watchdog\`, got ${quote(watchdog)}.`,
    );
  const given: { readonly thresholdMs?: unknown } = watchdog === true ? {} : watchdog;
  const { thresholdMs = 100 } = given;
  if (typeof thresholdMs !== 'number' || !(thresholdMs >= 20 && thresholdMs < Infinity))
    throw new InvalidOptionError(
      `Expected milliseconds from 20 up as option \`watchdog.thresholdMs\`, got ${quote(thresholdMs)}.`,
    );
  return thresholdMs;
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
