import type { Logger, LogFields } from '../hub-api/logger.js';

/** One line that a hub wrote. */
export interface LogRecord {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: LogFields;
}

/** A logger that keeps what is written to it. */
export function captureLog(records: LogRecord[]): Logger {
  const at =
    (level: LogRecord['level']) =>
    (message: string, fields: LogFields = {}): void => {
      records.push({ level, message, fields });
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
