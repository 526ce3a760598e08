import type { Hub } from 'rxhome';
import { canSeeAPage, openBrowser } from './open-browser.js';
import { type Unreal, unrealLabel } from './simulation.js';
import type { Terminal } from './terminal.js';

export interface PageOptions extends Unreal {
  readonly port?: number;
  /** Commander's names for `--no-page` and `--no-open`: they are `false` then. */
  readonly page?: boolean;
  readonly open?: boolean;
}

/**
 * Serves the page of a hub and opens it where somebody can see it. What goes wrong with it costs
 * the page, not the hub: that is said, and the hub runs on.
 *
 * @returns where it is, in words; `null` when there is none
 */
export async function showPage(
  hub: Hub,
  options: PageOptions,
  { out, err, note }: Terminal,
): Promise<string | null> {
  const { port, page: isWanted = true, open: isOpened = true } = options;
  if (!isWanted) return null;
  try {
    const { startInspector } = await import('rxhome/inspector');
    const { url, portTaken } = await startInspector(hub, {
      ...(port !== undefined && { port }),
      label: unrealLabel(options),
    });
    const { env, platform } = process;
    if (isOpened && canSeeAPage({ isTTY: process.stdout.isTTY, platform, env })) openBrowser(url);
    const reason = portTaken === null ? '' : ` (port ${portTaken} is taken)`;
    return `See it at ${out.bold(url)}${reason}`;
  } catch (error) {
    note(err.yellow(`! There is no page: ${(error as Error).message}`));
    return null;
  }
}
