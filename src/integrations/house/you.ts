import { asyncScheduler } from 'rxjs';
import { Entity, type Hub, HubKey, isoTime } from 'rxhome';

/** How many pages of the inspector are open, and since when there are some or none. */
interface Presence {
  pages: number;
  since: number;
}

const PRESENCE = new HubKey<Presence>('house');

/**
 * Counts the pages from the moment the integration is known, so that a reload of the house does not
 * send away who is looking at it.
 */
export function watchPages(hub: Hub): void {
  const presence: Presence = { pages: 0, since: asyncScheduler.now() };
  hub.data.set(PRESENCE, presence);
  const count = (pages: number): void => {
    if (pages > 0 !== presence.pages > 0) presence.since = asyncScheduler.now();
    presence.pages = pages;
  };
  hub.bus.listen('inspector_opened', ({ data }) => count(data.pages), { name: 'pages' });
  hub.bus.listen('inspector_closed', ({ data }) => count(data.pages), { name: 'pages' });
}

/** `person.you`: at home while a page is open. */
export class You extends Entity {
  override entityId = 'person.you';
  override readonly name = 'You';
  override readonly uniqueId = 'you';
  override readonly shouldPoll = false;

  override get state(): string {
    return this.#presence.pages > 0 ? 'home' : 'away';
  }

  override get attributes(): Readonly<Record<string, unknown>> {
    const { pages, since } = this.#presence;
    return { pages, since: isoTime(since) };
  }

  override onAdded(): void {
    const { bus } = this.hub;
    bus.listen('inspector_opened', () => this.writeState(), { name: 'you come' });
    bus.listen('inspector_closed', () => this.writeState(), { name: 'you go' });
  }

  get #presence(): Presence {
    return this.hub.data.get(PRESENCE) ?? { pages: 0, since: asyncScheduler.now() };
  }
}
