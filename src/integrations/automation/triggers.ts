import {
  ConfigEntryNotReady,
  type Hub,
  type Place,
  type SunEvent,
  trackCron,
  trackInterval,
  trackState,
  trackSun,
  type Unsubscribe,
} from 'rxhome';
import type { Awaited, Trigger } from './trigger-options.js';

/** A place among the triggers of an automation, and what to do when it comes. */
export interface Triggered {
  /** Under which a wait outlives a restart. */
  readonly key?: string;
  readonly name: string;
  readonly run: () => void;
}

const SUN_EVENTS = {
  sunrise: 'sunrise',
  sunset: 'sunset',
  dawn: 'dawn',
  dusk: 'dusk',
  noon: 'solarNoon',
  midnight: 'nadir',
} as const satisfies Record<string, SunEvent>;

/** A trigger in words. */
export function wordsOf(trigger: Trigger): string {
  if ('state' in trigger) return `state of ${[trigger.state].flat().join(', ')}`;
  if ('event' in trigger) return `event ${trigger.event}`;
  if ('cron' in trigger) return `cron ${trigger.cron}`;
  return 'sun' in trigger ? trigger.sun : `every ${trigger.every_seconds} s`;
}

/**
 * Listens to a trigger, as the owner of the hub; what runs is caused by what happened.
 *
 * @throws InvalidOptionError for a cron pattern that is none, ConfigEntryNotReady for a trigger of
 * the sun without a place.
 */
export function listenTo(hub: Hub, trigger: Trigger, { key, name, run }: Triggered): void {
  if ('cron' in trigger) {
    const { cron, time_zone: timeZone } = trigger;
    trackCron(hub, run, cron, { name, ...(timeZone !== undefined && { timeZone }) });
  } else if ('sun' in trigger) {
    const offsetMs = trigger.offset_minutes * 60_000;
    trackSun(hub, run, SUN_EVENTS[trigger.sun], { ...placeOf(hub), offsetMs, name });
  } else if ('every_seconds' in trigger)
    trackInterval(hub, run, trigger.every_seconds * 1000, { name });
  else listenToHome(hub, trigger, { name, run, ...(key !== undefined && { key }) });
}

/** Listens to states and events. */
export function listenToHome(hub: Hub, what: Awaited, { key, name, run }: Triggered): Unsubscribe {
  if ('event' in what) {
    const { data: wanted = {} } = what;
    const filter = ({ data }: { data: unknown }): boolean => contains(data, wanted);
    return hub.bus.listen(what.event, () => run(), { name, filter });
  }
  const { state, from, to, attribute, for_seconds } = what;
  return trackState(hub, state, () => run(), {
    name,
    from,
    to,
    attribute,
    ...(for_seconds !== undefined && { forMs: for_seconds * 1000, key }),
  });
}

/** Whether data has at least what is wanted of it. */
function contains(data: unknown, wanted: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null) return Object.is(data, wanted);
  if (typeof data !== 'object' || data === null) return false;
  return Object.entries(wanted).every(([name, value]) =>
    contains((data as Record<string, unknown>)[name], value),
  );
}

function placeOf(hub: Hub): Place {
  const [sun] = hub.configEntries.entries('sun');
  if (sun) return sun.data as unknown as Place;
  throw new ConfigEntryNotReady('A trigger of the sun needs a place: configure `sun`.');
}
