import { sleep } from 'rxhome';
import { Ending, EXIT } from './exit-codes.js';
import { otherVersion } from './find-hub.js';
import { type FeedMessage, HubClient, HubGone } from './hub-client.js';

export interface FollowOptions {
  /** Ends it, without an error. */
  readonly signal: AbortSignal;
  /** Ends with the hub, instead of waiting until it is back. */
  readonly once: boolean;
  readonly note: (line: string) => void;
}

const LOOK_AGAIN_MS = 1_000;

/**
 * The feed of a hub, also over its restarts: the first message after one is a `hello`, and it says
 * whether the feed goes on where it broke off.
 *
 * @throws Ending (at a step) with `once`, when the hub is gone without having said goodbye; and
 * when the hub refuses, or is back in a version with which we cannot talk.
 */
export async function* follow(
  hub: HubClient,
  { signal, once, note }: FollowOptions,
): AsyncGenerator<FeedMessage, void> {
  let client: HubClient | null = hub;
  let lastId = '';
  while (client !== null) {
    let saidGoodbye = false;
    try {
      for await (const message of client.feed(signal, lastId)) {
        if (message.id !== '') lastId = message.id;
        saidGoodbye = message.event === 'bye';
        yield message;
      }
    } catch (error) {
      // It may go between our look and our question.
      if (!signal.aborted && !(error instanceof HubGone)) throw error;
    }
    if (signal.aborted || (once && saidGoodbye)) return;
    const what = saidGoodbye ? 'has stopped' : 'is gone';
    if (once) throw new Ending(`The hub at ${client.url} ${what}.`, EXIT.noHub);
    note(`The hub at ${client.url} ${what}. Waiting for it; Ctrl+C ends.`);
    client = await back(client.url, signal);
    if (client) note('It is there again.');
  }
}

/** `null` when it ended before. */
async function back(url: string, signal: AbortSignal): Promise<HubClient | null> {
  while (!signal.aborted) {
    const found = await HubClient.at(url);
    if (found.who === 'hub') return found.hub;
    if (found.who === 'old') throw new Ending(otherVersion(url, found.version), EXIT.noHub);
    await sleep(LOOK_AGAIN_MS, { signal }).catch(() => undefined);
  }
  return null;
}
