/**
 * What each type of event carries. Extend it for your own events:
 *
 *     declare module 'rxhome' {
 *       interface EventMap {
 *         doorbell_pressed: { readonly button: string };
 *       }
 *     }
 *
 * From then on `fire('doorbell_pressed', …)` requires that data, and listeners know it.
 */
export interface EventMap {
  homeassistant_start: NoData;
  homeassistant_started: NoData;
  homeassistant_stop: NoData;
  homeassistant_final_write: NoData;
  homeassistant_close: NoData;
  core_config_updated: NoData;
  component_loaded: { readonly component: string };
}

/** The data of an event that says all there is to say by its type. */
export type NoData = Readonly<Record<never, never>>;

/** The data of an event whose type is in no map. */
export type UnknownData = Readonly<Record<string, unknown>>;

/** Listens to every type, except to the few that Home Assistant leaves out too. */
export const MATCH_ALL = '*';
export type MatchAll = typeof MATCH_ALL;

/** A type of event: a known one, or any other text. */
export type EventType = keyof EventMap | (string & Record<never, never>);

/** The data that goes with type `K`. */
export type EventData<K extends string> = K extends keyof EventMap ? EventMap[K] : UnknownData;

/** Types that only those hear who ask for them by name; Home Assistant's rule. */
export const NOT_FOR_MATCH_ALL: ReadonlySet<string> = new Set([
  'state_reported',
  'homeassistant_close',
]);
