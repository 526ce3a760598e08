import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

// The same from src/cli and from dist/cli.
const ROOT = new URL('../../', import.meta.url);

/** What the package says of itself. */
export interface Manifest {
  readonly version: string;
  readonly engines: { readonly node: string };
}

export function packageManifest(): Manifest {
  return JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as Manifest;
}

/** Where the configuration is, and the folder to which paths in it are relative. */
export interface ConfigPlace {
  readonly path: string;
  readonly dir?: string;
}

/**
 * The file that was asked for, else `rxhome.yaml` in the working directory, else the one that
 * comes with the package; that one makes its folders in the working directory, not in the package.
 */
export function configPlace(asked: string | undefined): ConfigPlace {
  if (asked !== undefined) return { path: asked };
  const here = resolve('rxhome.yaml');
  if (existsSync(here)) return { path: here };
  return { path: fileURLToPath(new URL('rxhome.yaml', ROOT)), dir: process.cwd() };
}
