import { ConfigEntryError } from 'rxhome';

/**
 * Loads a package that need not be installed.
 *
 * @throws ConfigEntryError (as a rejection) saying what to install.
 */
export async function optionalPackage<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    throw new ConfigEntryError(
      isMissing(cause)
        ? `mqtt needs the package \`${name}\`: run \`npm install ${name}\`.`
        : `The package \`${name}\` cannot be loaded: ${String(cause)}`,
      { cause },
    );
  }
}

function isMissing(error: unknown): boolean {
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  return code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
}
