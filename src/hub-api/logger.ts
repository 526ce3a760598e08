/** Where a hub writes what a person should read. `console` is one. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** What belongs to a message, for machines: the owner, the error, the name. */
export type LogFields = Readonly<Record<string, unknown>>;
