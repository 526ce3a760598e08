import { tsxApi } from './load-function.js';

const isSource = import.meta.url.endsWith('.ts');

/** The module that runs in each thread. */
export const WORKER_ENTRY = new URL(
  isSource ? './worker-entry.ts' : './worker-entry.js',
  import.meta.url,
);

/**
 * The flags of a thread. Built, a thread has those of the process. From source it needs TypeScript
 * and the sources behind our own doors; the process may have flags that no thread accepts, so it
 * gets only these.
 */
export function threadFlags(): string[] | undefined {
  if (!isSource) return undefined;
  const register = `import { register } from ${JSON.stringify(tsxApi(import.meta.url))}; register();`;
  return [
    '--import',
    `data:text/javascript,${encodeURIComponent(register)}`,
    '--conditions=rxhome-source',
    '--disable-warning=ExperimentalWarning',
  ];
}
