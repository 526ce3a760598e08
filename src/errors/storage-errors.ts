import { HubError } from './hub-error.js';

/** Which file an error is about. */
export interface FileErrorOptions extends ErrorOptions {
  readonly path?: string;
}

/** A stored file could not be read or written; the cause says why: mend the folder or the disk. */
export class StorageError extends HubError {
  override readonly code: string = 'STORAGE';
  readonly path: string | undefined;

  constructor(message: string, { path, ...options }: FileErrorOptions = {}) {
    super(message, options);
    this.path = path;
  }
}

/** A stored file is of another version than the code: update the code, or give it a `migrate`. */
export class StoreVersionError extends StorageError {
  override readonly code = 'STORE_VERSION';
}

/** A stored file could not be understood and was set aside: restore a backup, or begin anew. */
export class StoreCorruptError extends StorageError {
  override readonly code = 'STORE_CORRUPT';
}
